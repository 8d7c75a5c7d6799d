/** What of a key is hashed: with tags what stands in the first braces, as in Redis Cluster, unless that is nothing. */
export function hashedPart(key: string, tags: boolean): string {
  if (!tags) return key;
  const start = key.indexOf('{');
  const end = start < 0 ? -1 : key.indexOf('}', start);
  return end < 0 || end === start + 1 ? key : key.slice(start + 1, end);
}
