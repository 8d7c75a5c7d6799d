import { LabError } from '../../error.ts';

/** What the command line says of a template's parameters. */
export type GivenParameters = ReadonlyMap<string, string>;

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;

/**
 * The words of `--param` and the lines of `--param-file`s (by how messages name them); the former win, of each the last.
 * @throws LabError `usage`
 */
export function readParameters(
  words: readonly string[],
  files: readonly { readonly text: string; readonly shown: string }[],
): Map<string, string> {
  const given = new Map<string, string>();
  for (const { text, shown } of files) {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (/^\s*(#|$)/.test(line)) continue;
      const match = ASSIGNMENT.exec(line.trim().replace(/^export\s+/, ''));
      if (match === null) {
        throw new LabError('usage', `${shown}:${index + 1}: not a line NAME=VALUE`, {
          hint: 'a line a parameter; # begins a comment',
        });
      }
      given.set(match[1]!, unquote(match[2]!));
    }
  }
  for (const word of words) {
    const match = ASSIGNMENT.exec(word);
    if (match === null) {
      throw new LabError('usage', `"${word}" is not NAME=VALUE`, { hint: 'such as --param REPLICAS=3' });
    }
    given.set(match[1]!, match[2]!);
  }
  return given;
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r' };

/** A value as files of environment variables have them: in quotes or not, a comment behind it. */
function unquote(value: string): string {
  const text = value.trim();
  const single = /^'([^']*)'\s*(#.*)?$/.exec(text);
  if (single !== null) return single[1]!;
  const double = /^"((?:[^"\\]|\\.)*)"\s*(#.*)?$/.exec(text);
  if (double !== null) return double[1]!.replace(/\\(.)/g, (_, char: string) => ESCAPES[char] ?? char);
  return text.replace(/(^|\s+)#.*$/, '');
}
