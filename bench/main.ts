/** `npm run bench`: every benchmark; `npm run bench -- lab`: one. Writes `bench/results.md`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dataPlaneBench } from './data-plane.ts';
import { labBench } from './lab.ts';

const benches: Readonly<Record<string, () => Promise<string>>> = {
  lab: labBench,
  'data-plane': dataPlaneBench,
};
const results = fileURLToPath(new URL('results.md', import.meta.url));
const chosen = process.argv.slice(2);
for (const name of chosen.length > 0 ? chosen : Object.keys(benches)) {
  const bench = benches[name];
  if (!bench) throw new Error(`no benchmark named ${name}: there are ${Object.keys(benches).join(', ')}`);
  const section = await bench();
  console.log(section);
  writeFileSync(results, replaceSection(previous(), section));
}

function previous(): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
  const head = `# Results\n\nThe last full run of each benchmark. Machine: ${machine}.\nThese machines are shared and noisy: read the ratios.\n`;
  try {
    const sections = readFileSync(results, 'utf8')
      .split(/^(?=## )/m)
      .slice(1);
    return [head, ...sections].join('\n');
  } catch {
    return head;
  }
}

/** Puts the section in the place of the one with its title, or at the end. */
function replaceSection(text: string, section: string): string {
  const title = section.split('\n')[0]!;
  const parts = text.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`${title}\n`));
  if (at < 0) parts.push(section);
  else parts[at] = section;
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}
