import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a ticket may take from the terminal to the browser, in ms. */
const TICKET_MS = 60_000;
/** How long the browser keeps the cookie after the last look at the index, in s. Nobody takes it away from there when we end. */
const COOKIE_S = 86_400;

/** What the gateways' own cookies begin with: none of them is an app's business. */
export const cookiePrefix = 'envoy-lab-';

/**
 * Who may come in: whoever has the token of this start. Its cookie has the port in its name, because cookies know no
 * ports: two gateways must not overwrite each other's.
 */
export class Session {
  readonly token = randomBytes(32).toString('base64url');
  readonly #name: string;
  readonly #now: () => number;
  readonly #tickets = new Map<string, number>();

  constructor(port: number, now: () => number = Date.now) {
    this.#name = `${cookiePrefix}${port}`;
    this.#now = now;
  }

  /** The value of `Set-Cookie`. */
  get cookie(): string {
    return `${this.#name}=${this.token}; Path=/; Max-Age=${COOKIE_S}; HttpOnly; SameSite=Strict`;
  }

  /** Whether the request's `Cookie` holds the token; of several with the name any may. */
  holds(cookies: string | undefined): boolean {
    return cookiesOf(cookies).some(({ name, value }) => name === this.#name && same(value, this.token));
  }

  /** A word that opens once, and only for a minute: what other users of the machine may read in a browser's command line. */
  ticket(): string {
    const ticket = randomBytes(32).toString('base64url');
    this.#tickets.set(ticket, this.#now() + TICKET_MS);
    return ticket;
  }

  /** Whether a word is the token, or a ticket, which it uses up. */
  admits(word: string): boolean {
    if (same(word, this.token)) return true;
    const ticket = [...this.#tickets.keys()].find((known) => same(word, known));
    if (ticket === undefined) return false;
    const until = this.#tickets.get(ticket)!;
    this.#tickets.delete(ticket);
    return this.#now() <= until;
  }
}

/** The cookies of a request without the gateways' own; undefined when none is left. */
export function foreignCookies(cookies: string | undefined): string | undefined {
  const kept = cookiesOf(cookies).filter(({ name }) => !isOwnCookie(name));
  return kept.length === 0 ? undefined : kept.map(({ text }) => text).join('; ');
}

/** Whether a cookie of that name is a gateway's. */
export function isOwnCookie(name: string): boolean {
  return name.toLowerCase().startsWith(cookiePrefix);
}

function cookiesOf(header = ''): { readonly name: string; readonly value: string; readonly text: string }[] {
  return header
    .split(';')
    .map((part) => part.trim())
    .filter((text) => text !== '')
    .map((text) => {
      const at = text.indexOf('=');
      return at === -1
        ? { name: '', value: text, text }
        : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim(), text };
    });
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function same(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
