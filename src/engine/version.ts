/** Whether a version is the wanted one or begins with it: `1.38` is met by `1.38.2`, `1.3` is not. */
export function meets(version: string, wanted: string): boolean {
  return version.startsWith(wanted) && !/^\d/.test(version.slice(wanted.length));
}

/** Newest first; for `sort`. */
export function newestFirst(a: string, b: string): number {
  return b.localeCompare(a, 'en', { numeric: true });
}
