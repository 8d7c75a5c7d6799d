/** The first of the sorted lines that starts with `prefix`, or where it would stand. */
export function lowerBound(lines: readonly string[], prefix: string): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lines[middle]! < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}
