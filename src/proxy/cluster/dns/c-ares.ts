import { Resolver } from 'node:dns';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Scope } from '../../stats/stats.ts';
import { lookupHosts, parseHosts } from './hosts-file.ts';
import { candidates, parseResolvConf, type ResolvConf } from './resolv-conf.ts';
import type { DnsResolver, LookupFamily, Resolution, ResolvedAddress } from './resolver.ts';

export interface CaresOptions {
  /** `address:port` each; empty: those of /etc/resolv.conf. */
  readonly servers: readonly string[];
  /** Do not try the search domains. */
  readonly noSearch: boolean;
  /** ms of a first try. */
  readonly timeout: number;
  readonly tries: number;
}

/** Where the machine's own answers are. */
export interface SystemFiles {
  readonly hosts: string;
  readonly resolvConf: string;
}

export const systemFiles: SystemFiles = { hosts: '/etc/hosts', resolvConf: '/etc/resolv.conf' };

type Answer =
  | { readonly kind: 'found'; readonly addresses: readonly ResolvedAddress[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly code: string };

/**
 * Resolves as Envoy's default resolver does with c-ares: literals and `localhost` at once, then /etc/hosts,
 * then DNS with the search domains of /etc/resolv.conf, family by family.
 */
export class CaresResolver implements DnsResolver {
  readonly #options: CaresOptions;
  readonly #files: SystemFiles;
  readonly #stats: Scope;
  #channel: Resolver | undefined;

  /** `stats` is the root; the resolver counts under `dns.cares.`. */
  constructor(options: CaresOptions, stats: Scope, files: SystemFiles = systemFiles) {
    this.#options = options;
    this.#files = files;
    this.#stats = stats.scope('dns.cares');
    for (const name of ['get_addr_failure', 'not_found', 'reinits', 'resolve_total', 'timeouts']) {
      this.#stats.counter(name);
    }
    this.#stats.gauge('pending_resolutions');
  }

  resolve(name: string, family: LookupFamily, callback: (resolution: Resolution) => void): () => void {
    let cancelled = false;
    this.#stats.counter('resolve_total').inc();
    this.#stats.gauge('pending_resolutions').inc();
    this.#lookup(name, family, (resolution) => {
      this.#stats.gauge('pending_resolutions').dec();
      if (!cancelled) callback(resolution);
    });
    return () => {
      cancelled = true;
    };
  }

  #lookup(name: string, family: LookupFamily, done: (resolution: Resolution) => void): void {
    const [first, second] = familyOrder[family];
    if (family === 'ALL') {
      const answers: Answer[] = [];
      const collect = (answer: Answer): void => {
        if (answers.push(answer) === 2) done(resolution(answers));
      };
      this.#lookupFamily(name, 4, collect);
      this.#lookupFamily(name, 6, collect);
      return;
    }
    this.#lookupFamily(name, first, (answer) => {
      if (answer.kind === 'found' || second === undefined) done(resolution([answer]));
      else this.#lookupFamily(name, second, (other) => done(resolution([other])));
    });
  }

  #lookupFamily(name: string, family: 4 | 6, done: (answer: Answer) => void): void {
    const literal = isIP(name);
    if (literal !== 0) {
      done(literal === family ? found([name]) : { kind: 'empty' });
      return;
    }
    const inFile = lookupHosts(parseHosts(readText(this.#files.hosts)), name, family);
    if (inFile.length > 0) done(found(inFile));
    else if (/(^|\.)localhost\.?$/i.test(name)) done(found([family === 4 ? '127.0.0.1' : '::1']));
    else this.#query(candidates(name, this.#search()), family, done);
  }

  #search(): ResolvConf {
    if (this.#options.noSearch) return { search: [], ndots: 1 };
    return parseResolvConf(readText(this.#files.resolvConf));
  }

  #query(names: readonly string[], family: 4 | 6, done: (answer: Answer) => void): void {
    const [name, ...others] = names;
    if (name === undefined) {
      this.#stats.counter('not_found').inc();
      done({ kind: 'empty' });
      return;
    }
    const channel = this.#open();
    const onAnswer = (
      error: NodeJS.ErrnoException | null,
      records: readonly { address: string; ttl: number }[],
    ): void => {
      if (error === null) done({ kind: 'found', addresses: records });
      else if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') this.#query(others, family, done);
      else this.#fail(error.code ?? error.message, done);
    };
    if (family === 4) channel.resolve4(name, { ttl: true }, onAnswer);
    else channel.resolve6(name, { ttl: true }, onAnswer);
  }

  #fail(code: string, done: (answer: Answer) => void): void {
    this.#stats.counter('get_addr_failure').inc();
    if (code === 'ETIMEOUT') this.#stats.counter('timeouts').inc();
    // Nobody listens there any more: the servers may have changed, so read them again next time.
    if (code === 'ECONNREFUSED') this.#channel = undefined;
    done({ kind: 'error', code });
  }

  #open(): Resolver {
    if (this.#channel === undefined) {
      const { timeout, tries, servers } = this.#options;
      this.#channel = new Resolver({ timeout, tries });
      if (servers.length > 0) this.#channel.setServers(servers);
    }
    return this.#channel;
  }
}

const familyOrder: Readonly<Record<LookupFamily, readonly [4 | 6, (4 | 6)?]>> = {
  AUTO: [6, 4],
  V4_PREFERRED: [4, 6],
  V4_ONLY: [4],
  V6_ONLY: [6],
  ALL: [4, 6],
};

/** The longest TTL there is, for what does not come from DNS. */
const forever = 2 ** 31 - 1;

function found(addresses: readonly string[]): Answer {
  return { kind: 'found', addresses: addresses.map((address) => ({ address, ttl: forever })) };
}

function resolution(answers: readonly Answer[]): Resolution {
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? answer.addresses : []));
  const failed = answers.find((answer) => answer.kind === 'error');
  if (addresses.length === 0 && failed !== undefined) return { status: 'failure', details: failed.code };
  return { status: 'success', addresses };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Without the file the system has nothing to say, as for c-ares.
    return '';
  }
}
