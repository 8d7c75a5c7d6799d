/** What of `/etc/resolv.conf` decides which names are asked for (resolv.conf(5)). */
export interface ResolvConf {
  readonly search: readonly string[];
  /** A name with fewer dots is tried in the search domains first. */
  readonly ndots: number;
}

export function parseResolvConf(text: string): ResolvConf {
  let search: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [keyword, ...words] = line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'search') search = words;
    else if (keyword === 'domain') search = words.slice(0, 1);
    else if (keyword === 'options') {
      for (const word of words) {
        const match = /^ndots:(\d+)$/.exec(word);
        if (match !== null) ndots = Number(match[1]);
      }
    }
  }
  return { search, ndots };
}

/** The names to ask for, in order. */
export function candidates(name: string, { search, ndots }: ResolvConf): string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const longer = search.map((domain) => (domain === '.' ? name : `${name}.${domain}`));
  return dots >= ndots ? [name, ...longer] : [...longer, name];
}
