import type { Style } from './style.ts';

/** Columns aligned with spaces below bold headings, for people; scripts have `--json`. Ends with a line break. */
export function table(
  style: Style,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => plainLength(row[column] ?? ''))),
  );
  const line = (cells: readonly string[], decorate: (text: string) => string) =>
    `${headings
      .map((_, column) => {
        const cell = cells[column] ?? '';
        const last = column === headings.length - 1;
        return decorate(cell) + (last ? '' : ' '.repeat(widths[column]! - plainLength(cell)));
      })
      .join('  ')
      .trimEnd()}\n`;
  return line(headings, style.bold) + rows.map((row) => line(row, (text) => text)).join('');
}

/** Length of a text on the screen, colours taken away. */
export function plainLength(text: string): number {
  return text.replace(/\x1b\[[0-9;]*m/g, '').length;
}
