const WIDTH = 160;
const LINES = 8;

/** A text on one line, cut where it gets too long to read. */
export function shorten(text: string): string {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

/** The first lines of a text; a last line tells how many are left out. */
export function firstLines(text: string): string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length === 1 && lines[0] === '') return [];
  const shown = lines.slice(0, LINES).map(shorten);
  return lines.length > LINES ? [...shown, `… ${lines.length - LINES} more lines`] : shown;
}
