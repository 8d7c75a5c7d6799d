import { SocketAddress } from 'node:net';

/** Addresses by name, in the file's order; a name's case does not matter. */
export type HostsTable = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `/etc/hosts`' format (hosts(5)) as c-ares does (ares_hosts_file.c): a line that has an address or a name of an
 * earlier one belongs to the same entry, and every name of an entry has all its addresses. With `127.0.0.1 localhost`,
 * `::1 localhost` and `127.0.0.1 app`, `app` is `::1` too. Lines that do not begin with an address are skipped, and so
 * are words that cannot be names; a comment begins where a word would. A dot at the end of a name is a part of it.
 */
export function parseHosts(text: string): HostsTable {
  const byAddress = new Map<string, string[]>();
  const byName = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const all = line.trim().split(/\s+/);
    const comment = all.findIndex((word) => word.startsWith('#'));
    const [first = '', ...words] = comment < 0 ? all : all.slice(0, comment);
    const address = addressOf(first);
    if (address === undefined) continue;
    const names = words.filter((word) => /^[\w./*-]+$/.test(word)).map((word) => word.toLowerCase());
    if (names.length === 0) continue;
    const related = names.find((name) => byName.has(name)) ?? '';
    const entry = byAddress.get(address) ?? byName.get(related) ?? [];
    if (!entry.includes(address)) entry.push(address);
    byAddress.set(address, entry);
    // A name stays in the entry that had it first.
    for (const name of names) if (!byName.has(name)) byName.set(name, entry);
  }
  return byName;
}

/** In its canonical form; parts that are missing at the end of an IPv4 address are 0. */
function addressOf(word: string): string | undefined {
  if (/^\d+(\.\d+){0,3}$/.test(word)) {
    const parts = [...word.split('.').map(Number), 0, 0, 0].slice(0, 4);
    return parts.some((part) => part > 255) ? undefined : parts.join('.');
  }
  if (!word.includes(':') || word.includes('%')) return undefined;
  try {
    return new SocketAddress({ address: word, family: 'ipv6' }).address;
  } catch {
    return undefined;
  }
}

/** The addresses of a name that are of the families, in the file's order. */
export function lookupHosts(table: HostsTable, name: string, families: readonly (4 | 6)[]): string[] {
  const addresses = table.get(name.toLowerCase()) ?? [];
  return addresses.filter((address) => families.includes(address.includes(':') ? 6 : 4));
}
