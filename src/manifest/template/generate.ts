import { randomInt } from 'node:crypto';

/**
 * OpenShift's generator `expression` (github.com/openshift/library-go, pkg/template/generator): `[a-zA-Z0-9]{12}` in a
 * text is replaced by as many random characters. What surprises is as there: the last character of a range never comes
 * (`[0-9]` gives 0 to 8), `\w` is letters, digits and `_`, `\d` digits, `\a` letters and digits, `\A` punctuation.
 */

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const PUNCTUATION = '~!@#$%^&*()-_+={}[]\\|<,>.?/"\';:`';
const ALL = LETTERS + DIGITS + PUNCTUATION;
const CLASSES: Readonly<Record<string, string>> = {
  '\\w': `${LETTERS}${DIGITS}_`,
  '\\d': DIGITS,
  '\\a': LETTERS + DIGITS,
  '\\A': PUNCTUATION,
};

const EXPRESSION = /(\[[a-zA-Z0-9\-\\]+\])\{([0-9]+)\}/;
const WELL_FORMED = /\[(?:\\w|\\d|\\a|\\A)|(?:[a-zA-Z0-9]-[a-zA-Z0-9])+\]/;
const RANGE = /\\?[a-zA-Z0-9]-?[a-zA-Z0-9]?/g;
const LONGEST = 255;

/** An expression that cannot be generated from; its message says why. */
export class ExpressionError extends Error {}

/**
 * @param pick a number from 0 up to but without `count`
 * @throws ExpressionError
 */
export function generate(expression: string, pick: (count: number) => number = randomInt): string {
  let text = expression;
  for (let match = EXPRESSION.exec(text); match !== null; match = EXPRESSION.exec(text)) {
    const [whole, set, digits] = match as unknown as [string, string, string];
    if (!WELL_FORMED.test(set)) {
      throw new ExpressionError(`malformed expression ${set}: ranges such as [a-z0-9], or \\w \\d \\a \\A`);
    }
    const length = Number(digits);
    if (length < 1 || length > LONGEST) {
      throw new ExpressionError(`a range gives 1 to ${LONGEST} characters, not ${digits}`);
    }
    const alphabet = withoutDuplicates((set.match(RANGE) ?? []).map(charactersOf).join(''));
    if (alphabet.length === 0) throw new ExpressionError(`${set} stands for no character`);
    const made = Array.from({ length }, () => alphabet[pick(alphabet.length)]).join('');
    text = text.slice(0, match.index) + made + text.slice(match.index + whole.length);
  }
  return text;
}

/** What a range stands for: told by its first and its last character alone. */
function charactersOf(range: string): string {
  const first = range[0]!;
  const last = range.at(-1)!;
  const known = CLASSES[first + last];
  if (known !== undefined) return known;
  const from = ALL.indexOf(first);
  const to = ALL.lastIndexOf(last);
  if (from > to) throw new ExpressionError(`invalid range: ${first}-${last}`);
  return ALL.slice(from, to);
}

/** Each character once; in the place of a duplicate comes the last one, as OpenShift orders them. */
function withoutDuplicates(text: string): string {
  const characters = [...text];
  for (let i = 0; i < characters.length; i++) {
    for (let j = i + 1; j < characters.length; j++) {
      if (characters[i] !== characters[j]) continue;
      const last = characters.pop()!;
      if (j < characters.length) characters[j--] = last;
    }
  }
  return characters.join('');
}
