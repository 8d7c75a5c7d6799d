import { isIP } from 'node:net';

/** Addresses by name, in the file's order; a name's case does not matter. */
export type HostsTable = ReadonlyMap<string, readonly string[]>;

/** Reads `/etc/hosts`' format (hosts(5)). Lines that do not begin with an address are skipped. */
export function parseHosts(text: string): HostsTable {
  const table = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address === undefined || isIP(address) === 0) continue;
    for (const name of names) {
      const key = name.toLowerCase();
      const known = table.get(key);
      if (known === undefined) table.set(key, [address]);
      else if (!known.includes(address)) known.push(address);
    }
  }
  return table;
}

/** The addresses of a name that are of the family. */
export function lookupHosts(table: HostsTable, name: string, family: 4 | 6): string[] {
  const addresses = table.get(name.toLowerCase().replace(/\.$/, '')) ?? [];
  return addresses.filter((address) => isIP(address) === family);
}
