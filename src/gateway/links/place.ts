import type { LabView, NodeView } from '../lab.ts';

/** A port of a node, and the path below it, as a path of the gateway names it. */
export interface Place {
  /** As the path says it: a replica, or a node for its first one. */
  readonly host: string;
  readonly node: NodeView;
  readonly port: number;
  /** Whether something speaks TLS there. */
  readonly tls: boolean;
  /** `/NODE/PORT`. */
  readonly prefix: string;
}

/**
 * Reads a path of the gateway: `/service1-1/8080/a/b?c` is the port 8080 of service1-1, and `/a/b?c` there.
 *
 * @returns undefined when it begins with no node's name and a port; an empty rest means that the slash is missing
 */
export function placeOf(
  path: string,
  view: LabView,
): { readonly place: Place; readonly rest: string } | undefined {
  const [, host, digits, rest] = /^\/([^/?#]+)\/(\d{1,5})(?![^/?#])(.*)$/s.exec(path) ?? [];
  if (host === undefined) return undefined;
  const place = placeAt(host, Number(digits), view);
  return place === undefined ? undefined : { place, rest: rest! };
}

/** The port of a node that goes by that name: a replica, or a node for its first one. */
export function placeAt(host: string, port: number, view: LabView): Place | undefined {
  const node = view.nodes.find(({ name }) => name === host) ?? view.nodes.find(({ group }) => group === host);
  if (node === undefined || port < 1 || port > 65_535) return undefined;
  const tls = node.ports.find((known) => known.port === port)?.tls ?? false;
  return { host, node, port, tls, prefix: `/${host}/${port}` };
}

/** The origin that the page itself would have inside the lab: `http://service1-1:8080`. */
export function originOf({ host, port, tls }: Place): string {
  const usual = tls ? 443 : 80;
  return `${tls ? 'https' : 'http'}://${host}${port === usual ? '' : `:${port}`}`;
}
