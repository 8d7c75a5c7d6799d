import type { LabView } from '../lab.ts';
import { originOf, type Place, placeAt, placeOf } from './place.ts';

/** Turns what a page calls places into what the browser must call them, and back. */
export class Links {
  readonly place: Place;
  readonly #view: LabView;
  /** The gateway's: `http://127.0.0.1:41234`. */
  readonly #origin: string;

  constructor(place: Place, view: LabView, origin: string) {
    this.place = place;
    this.#view = view;
    this.#origin = origin;
  }

  /**
   * A link of the page as the browser has to see it. What leads into the lab leads there through the gateway; relative
   * links do already, and what leads elsewhere is left as it is.
   */
  outward(link: string): string {
    const text = link.trim();
    if (/^\/(?![/\\])/.test(text)) return this.#below(text);
    const absolute = /^(https?:)?\/\/[^/\\]/i.exec(text);
    if (absolute === null) return link;
    let url: URL;
    try {
      url = new URL(text, originOf(this.place));
    } catch {
      return link;
    }
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
    const place = this.#placeOf(url.hostname, port);
    // With the wrong protocol it would lead round in circles.
    if (place === undefined || place.tls !== (url.protocol === 'https:')) return link;
    return `${place.prefix}${url.pathname}${url.search}${url.hash}`;
  }

  /**
   * An address of the gateway as the page itself would have it inside the lab; undefined when it is none of the lab's
   * pages.
   */
  inward(address: string): string | undefined {
    const found = this.#pageOf(address);
    return found === undefined ? undefined : `${originOf(found.place)}${found.rest || '/'}`;
  }

  /** The origin inside the lab of the page that asks, by its address at the gateway. */
  askingOrigin(referer: string | undefined): string {
    return originOf((referer === undefined ? undefined : this.#pageOf(referer)?.place) ?? this.place);
  }

  #pageOf(address: string) {
    return address.startsWith(`${this.#origin}/`)
      ? placeOf(address.slice(this.#origin.length), this.#view)
      : undefined;
  }

  #below(path: string): string {
    const { prefix } = this.place;
    const already = path === prefix || path.startsWith(`${prefix}/`);
    return already ? path : `${prefix}${path}`;
  }

  #placeOf(name: string, port: number): Place | undefined {
    const { host, node } = this.place;
    // What a page says of itself, it says of the node it runs in.
    const own = ['localhost', '127.0.0.1', '[::1]', ...node.names];
    const known = name === host || own.includes(name) ? host : this.#hostOf(name);
    const place = known === undefined ? undefined : placeAt(known, port, this.#view);
    // A published port of the host is on 127.0.0.1 too, and needs no gateway.
    const local = name === 'localhost' || name === '127.0.0.1' || name === '[::1]';
    const listens = place?.node.ports.some((listed) => listed.port === port) ?? false;
    return local && !listens && port !== this.place.port ? undefined : place;
  }

  #hostOf(name: string): string | undefined {
    if (placeAt(name, 1, this.#view) !== undefined) return name;
    return this.#view.nodes.find(({ names }) => names.includes(name))?.name;
  }
}
