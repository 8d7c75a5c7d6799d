/** Why a text cannot be split into words; `message` says what to write in its place. */
export class WordsError extends Error {}

/** Words that mean something to a shell, and nothing where there is no shell. */
const OPERATORS = new Set(['|', '||', '&', '&&', ';', ';;', '>', '>>', '<', '<<', '<<<', '(', ')']);
const REDIRECTION = /^(\d*|&)[<>]{1,2}(&\d+)?$/;

/**
 * Splits a command into words as a POSIX shell does (IEEE 1003.1, 2.2 Quoting): blanks separate, `'…'` and `"…"`
 * group, a backslash takes the next character as it is (within double quotes only `$`, `` ` ``, `"`, `\` and a
 * line's end). There is no shell: `$`, `*`, `~` and `&` within a word are plain characters.
 *
 * @throws WordsError when a quote stays open, or a word by itself is an operator such as `|` that would need a shell
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let plain = true;
  const end = (): void => {
    if (word === undefined) return;
    if (plain && (OPERATORS.has(word) || REDIRECTION.test(word))) {
      throw new WordsError(`"${word}" needs a shell; write [sh, -c, "…"]`);
    }
    words.push(word);
    word = undefined;
    plain = true;
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (/\s/.test(char)) {
      end();
      continue;
    }
    word ??= '';
    if (char === "'") {
      const close = text.indexOf("'", i + 1);
      if (close === -1) throw new WordsError("a ' is not closed");
      word += text.slice(i + 1, close);
      plain = false;
      i = close;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(text, i + 1);
      word += quoted.text;
      plain = false;
      i = quoted.end;
    } else if (char === '\\' && i + 1 < text.length) {
      i++;
      if (text[i] === '\n') {
        if (word === '' && plain) word = undefined;
      } else {
        word += text[i];
        plain = false;
      }
    } else word += char;
  }
  end();
  return words;
}

function readDoubleQuoted(source: string, start: number): { text: string; end: number } {
  let text = '';
  for (let i = start; i < source.length; i++) {
    const char = source[i]!;
    if (char === '"') return { text, end: i };
    if (char === '\\' && '$`"\\\n'.includes(source[i + 1] ?? '-')) {
      i++;
      if (source[i] !== '\n') text += source[i];
    } else text += char;
  }
  throw new WordsError('a " is not closed');
}

/** Words as one line that a POSIX shell reads back as the same words: what a user can paste. */
export function joinWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}

function quoteWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
