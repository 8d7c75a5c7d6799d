import type { Diagnosis } from '../../lab/doctor.ts';
import type { EnginePlace, ProbeReport } from '../../runtime/runtime.ts';
import type { Style } from './style.ts';

/** One line a thing that was looked at, what to do about it below. */
export function doctorText(diagnosis: Diagnosis, style: Style): string {
  const lines: string[] = [];
  const add = (ok: boolean, what: string, detail: string, below: readonly (string | undefined)[] = []) => {
    lines.push(`${ok ? style.good('✔') : style.warn('–')} ${what}: ${detail}`);
    for (const text of below) if (text !== undefined) lines.push(`    ${text}`);
  };
  add(true, 'node', diagnosis.node);
  for (const { name, report, places = [] } of diagnosis.runtimes) {
    const mode = report.mode === '' ? '' : `${report.mode}; `;
    const caveats = report.caveats.map((caveat) => `note: ${caveat}`);
    add(report.available, `runtime ${name}`, `${mode}${report.detail}`, [
      hint(report.hint),
      ...caveats,
      ...placeLines(report, places),
    ]);
  }
  for (const { name, finding, programs } of diagnosis.engines) {
    if (!finding.found) {
      add(false, `engine ${name}`, finding.detail, [hint(finding.hint)]);
      continue;
    }
    const others = programs.filter(({ path }) => path !== finding.path);
    add(true, `engine ${name}`, `${finding.version} (${finding.path})`, [
      others.length === 0 ? undefined : `taken: ${finding.why}`,
      ...others.map(
        ({ version, path, place }) =>
          `also: ${version} (${path}), from ${place}: --engine ${name}@${version}`,
      ),
    ]);
  }
  const { curl, state } = diagnosis;
  add(
    curl !== undefined,
    'curl',
    curl ?? 'not on the PATH; the built-in client stands in for its common options',
  );
  if ('folder' in state) add(true, 'state', state.folder);
  else add(false, 'state', state.problem);
  lines.push(
    '',
    diagnosis.ok ? 'Labs can be started: envoy-lab up front-proxy' : style.bad('No lab can be started here.'),
  );
  return `${lines.join('\n')}\n`;
}

/** Other engines that could be used; where none can, all that was looked at. */
function placeLines({ available, detail }: ProbeReport, places: readonly EnginePlace[]): string[] {
  if (!available) return places.map((place) => `looked at ${place.address} (${place.from}): ${place.detail}`);
  return places
    .filter((place) => place.available && !detail.endsWith(` at ${place.address}`))
    .map((place) => `also: ${place.detail} (${place.from}): DOCKER_HOST=${place.address}`);
}

const hint = (text: string | undefined) => (text === undefined ? undefined : `to do: ${text}`);

/** As docs/json.md describes it. */
export function doctorJson(diagnosis: Diagnosis): unknown {
  const { ok, node, curl = null, state } = diagnosis;
  const runtimes = diagnosis.runtimes.map(({ name, report, places }) => {
    return { name, ...report, ...(places && { places }) };
  });
  const engines = diagnosis.engines.map(({ name, finding: { found, ...rest }, programs }) => ({
    name,
    available: found,
    ...rest,
    programs,
  }));
  return { ok, node, runtimes, engines, curl, state };
}
