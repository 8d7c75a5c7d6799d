import { maxByte, negate, normalize, type Ranges } from './syntax.ts';

const digit = [0x30, 0x39];
const word = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a];
const space = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20];

/** `\d \s \w` and their opposites: ASCII only, and `\s` without the vertical tab. */
export const perlClasses: Readonly<Record<string, Ranges>> = {
  d: digit,
  D: negate(digit),
  s: space,
  S: negate(space),
  w: word,
  W: negate(word),
};

/** `[[:alpha:]]` and the like. */
export const posixClasses: Readonly<Record<string, Ranges>> = {
  alnum: [0x30, 0x39, 0x41, 0x5a, 0x61, 0x7a],
  alpha: [0x41, 0x5a, 0x61, 0x7a],
  ascii: [0x00, 0x7f],
  blank: [0x09, 0x09, 0x20, 0x20],
  cntrl: [0x00, 0x1f, 0x7f, 0x7f],
  digit,
  graph: [0x21, 0x7e],
  lower: [0x61, 0x7a],
  print: [0x20, 0x7e],
  punct: [0x21, 0x2f, 0x3a, 0x40, 0x5b, 0x60, 0x7b, 0x7e],
  space: [0x09, 0x0d, 0x20, 0x20],
  upper: [0x41, 0x5a],
  word,
  xdigit: [0x30, 0x39, 0x41, 0x46, 0x61, 0x66],
};

const generalCategory = /^(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfso]?)$/;

/** `\p{Greek}`, `\pL`: what Latin-1 has of a general category or a script; undefined when there is none of that name. */
export function unicodeClass(name: string): number[] | undefined {
  if (name === 'Any') return [0, maxByte];
  let property: RegExp;
  try {
    property = new RegExp(generalCategory.test(name) ? `^\\p{${name}}$` : `^\\p{Script=${name}}$`, 'u');
  } catch {
    return undefined;
  }
  const bytes: number[] = [];
  for (let byte = 0; byte <= maxByte; byte++)
    if (property.test(String.fromCharCode(byte))) bytes.push(byte, byte);
  return normalize(bytes);
}

/** The other case of an ASCII letter, else the byte itself: reading Latin-1, RE2 folds no others. */
function otherCase(byte: number): number {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) ? byte ^ 0x20 : byte;
}

/** The ranges with both cases of every ASCII letter. */
export function foldCase(ranges: Ranges): number[] {
  const folded = [...ranges];
  for (let i = 0; i < ranges.length; i += 2)
    for (let byte = ranges[i]!; byte <= ranges[i + 1]!; byte++) {
      const other = otherCase(byte);
      folded.push(other, other);
    }
  return normalize(folded);
}
