import { longOption, shortOption } from './options.ts';

/** The URLs that a config file (`-K`) names: https://curl.se/docs/manpage.html#-K. */
export function urlsInConfig(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, key, value = ''] = /^\s*([^\s=:#][^\s=:]*)\s*[=:\s]?\s*(.*)$/.exec(line) ?? [];
    if (key === undefined) return [];
    const letter = /^-(\w)$/.exec(key)?.[1];
    const option = letter === undefined ? longOption(key.replace(/^--/, '')) : shortOption(letter);
    if (option?.name === 'url') return [unquote(value)];
    // A word by itself is a URL when it is no option.
    return value === '' && /:\/\//.test(line) ? [unquote(line.trim())] : [];
  });
}

function unquote(value: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1];
  if (quoted === undefined) return value.replace(/\s.*$/, '');
  return quoted.replace(/\\(.)/g, '$1');
}
