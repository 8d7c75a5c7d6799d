import { readFileSync, writeFileSync } from 'node:fs';

/** Verdicts measured from Envoy, by case name; a file of one JSON pair a line. */
export function readMeasurements<V>(file: URL): Record<string, V> {
  const rows = readFileSync(file, 'utf8').trim().split('\n');
  return Object.fromEntries(rows.map((row) => JSON.parse(row) as [string, V]));
}

export function writeMeasurements(file: URL, measured: Readonly<Record<string, unknown>>): void {
  const rows = Object.entries(measured).map((row) => JSON.stringify(row));
  writeFileSync(file, `${rows.join('\n')}\n`);
}

/** What is measured otherwise now, `name: verdict` each. */
export function changedMeasurements(
  names: readonly string[],
  before: Readonly<Record<string, unknown>>,
  fresh: Readonly<Record<string, unknown>>,
): string[] {
  return names.flatMap((name) => {
    const now = JSON.stringify(fresh[name]);
    return now === JSON.stringify(before[name]) ? [] : [`${name}: ${now}`];
  });
}
