import { LabError } from '../../../error.ts';

/** What proves who is who when an engine is reached by TLS; each part as PEM text, absent where there is none. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** False: the engine may be anyone. */
  readonly verify: boolean;
}

/** Where a container engine is. */
export interface Endpoint {
  /** As it is written down to find it again: `unix:///var/run/docker.sock`. */
  readonly url: string;
  /** Who named it, in words: `DOCKER_HOST`, `context colima`. */
  readonly from: string;
  /** The way there. */
  readonly at:
    | { readonly kind: 'socket'; readonly path: string }
    | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls?: TlsMaterial }
    | { readonly kind: 'ssh'; readonly url: string };
}

/** What of the machine decides which engine is used; passed in so that tests need no environment of their own. */
export interface EngineSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder, if any. */
  readonly home: string | undefined;
  readonly uid: number;
  readonly platform: NodeJS.Platform;
  /** Folder that the system's own sockets are below; `/` but in tests. */
  readonly root?: string;
}

/** Docker's own socket where nothing else is said. */
export function defaultSocket(platform: NodeJS.Platform): string {
  return platform === 'win32' ? '//./pipe/docker_engine' : '/var/run/docker.sock';
}

/**
 * Reads an address as Docker writes it: `unix:///path`, `npipe:////./pipe/name`, `tcp://host:port`, `host:port`,
 * `http(s)://host:port`, `ssh://user@host`.
 *
 * @param from who named it, for errors: `DOCKER_HOST`
 * @param tls used for `tcp://`, where it makes the difference between plain and TLS
 * @throws LabError `usage` when it is no such address
 */
export function parseEndpoint(
  text: string,
  from: string,
  options: { readonly platform: NodeJS.Platform; readonly tls?: TlsMaterial | undefined },
): Endpoint {
  const [, scheme = 'tcp', rest = ''] = /^(?:([a-z]+):\/\/)?(.*)$/is.exec(text.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case 'unix':
    case 'npipe': {
      const path = rest || defaultSocket(options.platform);
      if (!path.startsWith('/')) throw unreadable(text, from, 'the path of the socket must be absolute');
      return { url: `${scheme.toLowerCase()}://${path}`, from, at: { kind: 'socket', path } };
    }
    case 'ssh':
      return { url: `ssh://${rest}`, from, at: { kind: 'ssh', url: `ssh://${rest}` } };
    case 'tcp':
    case 'http':
    case 'https':
      return tcp(text, from, rest, scheme.toLowerCase() === 'https', options.tls);
    default:
      throw unreadable(text, from, `nothing is known of ${scheme}://`);
  }
}

function tcp(text: string, from: string, rest: string, secure: boolean, given?: TlsMaterial): Endpoint {
  const tls = given ?? (secure ? { verify: true } : undefined);
  let url: URL;
  try {
    url = new URL(`http://${rest}`);
  } catch {
    throw unreadable(text, from);
  }
  // What the parser leaves out of `port` is HTTP's own default.
  const written = /:(\d+)\/?$/.exec(rest)?.[1];
  const port = written === undefined ? (tls === undefined ? 2375 : 2376) : Number(written);
  if (url.pathname !== '/' || url.search !== '' || url.username !== '' || port === 0) {
    throw unreadable(text, from);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  return { url: `tcp://${url.hostname}:${port}`, from, at: { kind: 'tcp', host, port, ...(tls && { tls }) } };
}

function unreadable(text: string, from: string, why?: string): LabError {
  const reason = why === undefined ? '' : `: ${why}`;
  return new LabError('usage', `${from} is ${JSON.stringify(text)}, which is no engine's address${reason}`, {
    hint: 'write it as unix:///var/run/docker.sock or tcp://host:2376',
  });
}
