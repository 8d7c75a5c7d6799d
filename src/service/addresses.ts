import { Resolver } from 'node:dns';

/** How a name is looked up; rejects with Node's DNS error codes. */
export type LookUp = (name: string) => Promise<readonly string[]>;

/** ms between two lookups, and while the name leads nowhere. */
const REFRESH_MS = 250;
const EAGER_MS = 50;
/** ms for one try: a name server that starts anew must not hold up the next. */
const TRY_MS = 1000;

/**
 * Follows the IPv4 addresses of a name. A name server that fails changes nothing; one that knows no such name is believed
 * the second time, as one that is starting says so too.
 */
export class Addresses {
  readonly #name: string;
  readonly #lookUp: LookUp;
  readonly #onChange: (addresses: readonly string[]) => void;
  #known: readonly string[] = [];
  #missing = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  /** @param onChange told sorted addresses whenever they are others than before */
  constructor(name: string, onChange: (addresses: readonly string[]) => void, lookUp: LookUp = dnsLookUp()) {
    this.#name = name;
    this.#onChange = onChange;
    this.#lookUp = lookUp;
    void this.#round();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const found = await this.#ask();
    if (this.#closed) return;
    if (found !== undefined && found.join() !== this.#known.join()) {
      this.#known = found;
      this.#onChange(found);
    }
    const pause = this.#known.length === 0 || this.#missing > 0 ? EAGER_MS : REFRESH_MS;
    this.#timer = setTimeout(() => void this.#round(), pause);
  }

  /** undefined: nothing is known anew. */
  async #ask(): Promise<readonly string[] | undefined> {
    try {
      const found = await this.#lookUp(this.#name);
      this.#missing = 0;
      return [...new Set(found)].sort((a, b) => numberOf(a) - numberOf(b));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOTFOUND' && code !== 'ENODATA') return undefined;
      this.#missing++;
      if (this.#missing < 2) return undefined;
      this.#missing = 0;
      return [];
    }
  }
}

/** Asks the name servers that the machine is told of; a failed one may have been replaced, so they are read again. */
function dnsLookUp(): LookUp {
  const open = () => new Resolver({ timeout: TRY_MS, tries: 1 });
  let resolver = open();
  return (name) =>
    new Promise((resolve, reject) => {
      resolver.resolve4(name, (error, addresses) => {
        if (error === null) return resolve(addresses);
        if (error.code !== 'ENOTFOUND' && error.code !== 'ENODATA') resolver = open();
        reject(error);
      });
    });
}

/** An IPv4 address as a number, so that lists have one order. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
