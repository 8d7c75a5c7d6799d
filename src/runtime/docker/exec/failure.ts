import { LabError } from '../../../error.ts';

/** Why an engine could not start a command, as a shell would say it. */
export interface StartFailure {
  /** 126: found, not executable; 127: not found. */
  readonly code: 126 | 127;
  readonly text: string;
  /** The program that is missing; undefined for every other reason. */
  readonly missing?: string;
}

/** How engines begin what they write into a command's own streams when they cannot start it. */
const BEGINNING = /^(OCI runtime exec failed|Error: |unable to find (user|group) )/;
/** Codes that engines give such a command. */
const CODES = new Set([125, 126, 127]);

/** Whether a command's first words may be the engine's: its exit code then says whose they were. */
export function mayBeFailure(bytes: Buffer): boolean {
  return BEGINNING.test(bytes.toString('latin1', 0, 40));
}

/**
 * Reads what an engine said in place of a command that it could not start.
 *
 * @param code the command's exit code, undefined when the engine refused it outright
 * @returns undefined when it was the command that spoke
 * @throws LabError `usage` for a user that the container does not have
 */
export function startFailure(
  said: string,
  code: number | undefined,
  request: { readonly argv: readonly string[]; readonly workdir?: string; readonly user?: string },
  node: string,
): StartFailure | undefined {
  if (code !== undefined && !CODES.has(code)) return undefined;
  const who = /unable to find (user|group) (\S+): no matching/.exec(said);
  if (who !== null) {
    throw new LabError('usage', `no ${who[1]} ${who[2]} in ${node}`, {
      hint: 'Name one of its /etc/passwd, or give a number.',
    });
  }
  if (
    !/^OCI runtime exec failed|^Error: (\/\S*\/)?(runc|crun|runsc|youki|kata-runtime)\b/.test(
      said.trimStart(),
    )
  )
    return undefined;
  const program = request.argv[0] ?? '';
  const reason = said.toLowerCase();
  if (/chdir to/.test(reason)) {
    const why = /no such file/.test(reason)
      ? 'no such folder'
      : /not a directory/.test(reason)
        ? 'not a folder'
        : 'permission denied';
    return { code: 126, text: `cannot work in ${request.workdir ?? 'its folder'} of ${node}: ${why}` };
  }
  if (/executable file.*not found|no such file or directory/.test(reason)) {
    return { code: 127, text: `${program}: not found in ${node}`, missing: program };
  }
  const why = /(permission denied|is a directory|exec format error)/.exec(reason)?.[1] ?? said.trim();
  return { code: 126, text: `cannot run ${program} in ${node}: ${why}` };
}
