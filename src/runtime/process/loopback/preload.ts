import type { LookupAddress, LookupOptions } from 'node:dns';

/** What a node's programs are told of their surroundings, in environment variables. */
export const LOOPBACK_ENV = {
  /** Address of the node: wildcard and localhost listeners belong there. */
  address: 'ENVOY_LAB_LOOPBACK_ADDRESS',
  /** `address:port` of the lab's DNS server, UDP and TCP. */
  dns: 'ENVOY_LAB_DNS',
  /** Folder in which the container's files are, each at its path below it. */
  root: 'ENVOY_LAB_LOOPBACK_ROOT',
} as const;

/** Text of a CommonJS module that does {@link preload} in the program that requires it. */
export function preloadSource(): string {
  // A bundler may name functions through a helper of its own.
  return `'use strict';\nconst __name = (value) => value;\n(${preload.toString()})(require, process.env);\n`;
}

/**
 * Runs inside every Node program of a loopback lab, before its own code: moves wildcard and localhost listeners to the
 * node's address, sends connections to localhost there, and asks the lab's DNS first. It is turned into text, so it must
 * not use anything from outside itself.
 */
function preload(load: NodeJS.Require, env: NodeJS.ProcessEnv): void {
  const net = load('node:net') as typeof import('node:net');
  const dns = load('node:dns') as typeof import('node:dns');
  const dgram = load('node:dgram') as typeof import('node:dgram');
  const os = load('node:os') as typeof import('node:os');
  const own = env.ENVOY_LAB_LOOPBACK_ADDRESS;
  const server = env.ENVOY_LAB_DNS;
  const hostname = env.HOSTNAME;
  if (own === undefined || server === undefined) return;

  const local = new Set<unknown>([undefined, null, '', 'localhost', '127.0.0.1', '::1', '0.0.0.0', '::']);
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null;
  const isPort = (value: unknown) =>
    typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));

  /** Options of a connection, moved; those with a path, a handle or a descriptor stay as they are. */
  const moved = (options: Record<string, unknown>): Record<string, unknown> => {
    if (options.path) return options;
    if (!local.has(options.host)) {
      const loopback = typeof options.host === 'string' && options.host.startsWith('127.');
      return loopback ? { localAddress: own, ...options } : options;
    }
    return { localAddress: own, ...options, host: own };
  };

  const listen = net.Server.prototype.listen as (...args: unknown[]) => import('node:net').Server;
  net.Server.prototype.listen = function (this: import('node:net').Server, ...args: unknown[]) {
    const [first, second] = args;
    if (isObject(first) && 'port' in first && !first.path && local.has(first.host)) {
      return listen.call(this, { ...first, host: own }, ...args.slice(1));
    }
    if (
      isPort(first) ||
      (first === undefined && args.length > 0) ||
      args.length === 0 ||
      typeof first === 'function'
    ) {
      const callback = args.find((value) => typeof value === 'function');
      const named = typeof second === 'string' ? second : undefined;
      const backlog = args.slice(1).find((value) => typeof value === 'number');
      const host = local.has(named) ? own : named;
      return listen.call(this, { port: isPort(first) ? first : 0, host, backlog }, callback);
    }
    return listen.apply(this, args);
  } as typeof net.Server.prototype.listen;

  const connect = net.Socket.prototype.connect as (...args: unknown[]) => import('node:net').Socket;
  net.Socket.prototype.connect = function (this: import('node:net').Socket, ...args: unknown[]) {
    const [first, second] = args;
    // Node's own callers pass the arguments as one list that they have marked.
    if (Array.isArray(first)) first[0] = moved(first[0] as Record<string, unknown>);
    else if (isObject(first)) args[0] = moved(first);
    else if (isPort(first)) {
      const host = typeof second === 'string' ? second : undefined;
      const callback = args.find((value) => typeof value === 'function');
      return connect.call(this, moved({ port: first, host }), callback);
    }
    return connect.apply(this, args);
  } as typeof net.Socket.prototype.connect;

  const bind = dgram.Socket.prototype.bind as (...args: unknown[]) => import('node:dgram').Socket;
  dgram.Socket.prototype.bind = function (this: import('node:dgram').Socket, ...args: unknown[]) {
    const [first, second] = args;
    if (isObject(first) && first.fd === undefined && local.has(first.address)) {
      return bind.call(this, { ...first, address: own }, ...args.slice(1));
    }
    if (!isObject(first) && local.has(typeof second === 'string' ? second : undefined)) {
      const callback = args.find((value) => typeof value === 'function');
      return bind.call(this, isPort(first) ? first : 0, own, callback);
    }
    return bind.apply(this, args);
  } as typeof dgram.Socket.prototype.bind;

  for (const home of [dns, dns.promises] as { Resolver: typeof dns.Resolver }[]) {
    const System = home.Resolver;
    home.Resolver = class Resolver extends System {
      constructor(options?: import('node:dns').ResolverOptions) {
        super(options);
        System.prototype.setServers.call(this, [server!]);
        // Tells the lab which node asks.
        this.setLocalAddress(own!);
        // Whoever names servers of its own means those of the machine, and gets the lab's.
        this.setServers = () => {};
      }
    };
  }
  dns.setServers([server]);
  dns.promises.setServers([server]);
  const resolver = new dns.Resolver({ timeout: 1000, tries: 2 });
  resolver.setServers([server]);

  type Done = (error: Error | null, found?: string | LookupAddress[], family?: number) => void;
  const systemLookup = dns.lookup as unknown as (name: string, options: LookupOptions, done: Done) => void;
  const lookup = (name: string, given: LookupOptions | number | Done, callback?: Done) => {
    const done = (typeof given === 'function' ? given : callback)!;
    const options: LookupOptions =
      typeof given === 'function' ? {} : typeof given === 'number' ? { family: given as 4 } : (given ?? {});
    const answer = (addresses: readonly string[]) => {
      if (options.all)
        done(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else done(null, addresses[0]!, 4);
    };
    if (!name || net.isIP(name) !== 0 || options.family === 6) return systemLookup(name, options, done);
    if (name === 'localhost') return process.nextTick(answer, [own]);
    resolver.resolve4(name, (error, addresses) => {
      if (error !== null) systemLookup(name, options, done);
      else answer(addresses);
    });
  };
  const { promisify } = load('node:util') as typeof import('node:util');
  const lookupPromise = (name: string, options: LookupOptions | number = {}) =>
    new Promise((resolve, reject) => {
      lookup(name, options, (error, found, family) => {
        if (error !== null) reject(error);
        else resolve(Array.isArray(found) ? found : { address: found, family });
      });
    });
  Object.assign(lookup, { [promisify.custom]: lookupPromise });
  Object.assign(dns, { lookup });
  Object.assign(dns.promises, { lookup: lookupPromise });
  if (hostname !== undefined) Object.assign(os, { hostname: () => hostname });
  (load('node:module') as typeof import('node:module')).syncBuiltinESMExports();
}
