import { longOption, shortOption } from './options.ts';

/** What stands between two `--next`: one set of options and its URLs. */
export interface CurlSection {
  readonly urls: readonly string[];
  /** Long names of the options given, with their values in order; those without a value have the empty list. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** The same in the order they were given. */
  readonly given: readonly { readonly name: string; readonly value: string | undefined }[];
  /** Where in the words more options of this section may be put. */
  readonly end: number;
}

interface OpenSection {
  urls: string[];
  options: Map<string, string[]>;
  given: { name: string; value: string | undefined }[];
}

const newSection = (): OpenSection => ({ urls: [], options: new Map(), given: [] });

/** Reads curl's arguments as curl does (tool_getparam.c), as far as it takes to find the URLs. */
export function readCurlWords(words: readonly string[]): CurlSection[] {
  const sections: CurlSection[] = [];
  let open = newSection();
  let end = words.length;
  const give = (name: string, value: string | undefined): void => {
    const values = open.options.get(name) ?? [];
    if (value !== undefined) values.push(value);
    open.options.set(name, values);
    open.given.push({ name, value });
    if (name === 'url' && value !== undefined) open.urls.push(value);
  };

  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      open.urls.push(...words.slice(i + 1));
      end = i;
      break;
    }
    if (word.startsWith('--')) {
      const option = longOption(word.slice(2));
      if (option.name === 'next') {
        sections.push({ ...open, end: i });
        open = newSection();
      } else give(option.name, option.takesValue ? words[++i] : undefined);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let at = 1; at < word.length; at++) {
        const option = shortOption(word[at]!);
        if (option === undefined) break;
        if (option.name === 'next') {
          sections.push({ ...open, end: i });
          open = newSection();
        } else if (option.takesValue) {
          give(option.name, at + 1 < word.length ? word.slice(at + 1) : words[++i]);
          break;
        } else give(option.name, undefined);
      }
    } else open.urls.push(word);
  }
  sections.push({ ...open, end });
  return sections;
}

/** Puts words at the end of every section. */
export function addToSections(
  words: readonly string[],
  sections: readonly CurlSection[],
  more: (section: CurlSection) => readonly string[],
): string[] {
  const result: string[] = [];
  let from = 0;
  for (const section of sections) {
    result.push(...words.slice(from, section.end), ...more(section));
    from = section.end;
  }
  return [...result, ...words.slice(from)];
}
