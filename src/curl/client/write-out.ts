/** What `-w` can show of a transfer: https://curl.se/docs/manpage.html#-w. */
export type WriteOutValues = Readonly<Record<string, string | number | undefined>>;

const LETTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** Expands `%{variable}`, `%%`, `\n`, `\r` and `\t`. Unknown variables are left out and named to `complain`. */
export function formatWriteOut(
  format: string,
  values: WriteOutValues,
  complain: (message: string) => void,
): string {
  return format.replace(
    /%\{([^}]*)\}|%%|\\([nrt])/g,
    (whole, variable: string | undefined, letter?: string) => {
      if (whole === '%%') return '%';
      if (letter !== undefined) return LETTERS[letter]!;
      if (!Object.hasOwn(values, variable!)) {
        complain(`unknown --write-out variable: '${variable}'`);
        return '';
      }
      return String(values[variable!] ?? '');
    },
  );
}

/** ms as curl writes seconds. */
export function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(6);
}
