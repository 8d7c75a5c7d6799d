import { Resolver } from 'node:dns';
import { ipVersion } from '../../../bootstrap/ip-version.ts';
import type { Scope } from '../../stats/stats.ts';
import { CachedFile } from './cached-file.ts';
import { type HostsTable, lookupHosts, parseHosts } from './hosts-file.ts';
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

/** ms until Envoy's c-ares looks at /etc/hosts again: it is built without knowing when a file was changed. */
const hostsKeepMs = 60_000;

/** Where the machine's own answers are. */
export interface SystemFiles {
  readonly hosts: string;
  readonly resolvConf: string;
}

export const systemFiles: SystemFiles = { hosts: '/etc/hosts', resolvConf: '/etc/resolv.conf' };

/** What became of one query, or of a lookup of one family. */
type Answer =
  | { readonly kind: 'found'; readonly addresses: readonly ResolvedAddress[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'error'; readonly code: string };

type Done = (answer: Answer) => void;

/**
 * Resolves as Envoy's default resolver does with c-ares: literals at once, then /etc/hosts and `localhost`, then
 * DNS with the search domains of /etc/resolv.conf, family by family
 * (source/extensions/network/dns_resolver/cares/dns_impl.cc).
 */
export class CaresResolver implements DnsResolver {
  readonly #options: CaresOptions;
  readonly #hosts: CachedFile<HostsTable>;
  readonly #resolvConf: CachedFile<ResolvConf>;
  readonly #stats: Scope;
  #channel: Resolver | undefined;

  /** `stats` is the root; the resolver counts under `dns.cares.`. */
  constructor(options: CaresOptions, stats: Scope, files: SystemFiles = systemFiles) {
    this.#options = options;
    this.#hosts = new CachedFile(files.hosts, parseHosts, { keepMs: hostsKeepMs });
    this.#resolvConf = new CachedFile(files.resolvConf, parseResolvConf);
    this.#stats = stats.scope('dns.cares');
    for (const name of ['get_addr_failure', 'not_found', 'reinits', 'resolve_total', 'timeouts']) {
      this.#stats.counter(name);
    }
    this.#stats.gauge('pending_resolutions');
  }

  resolve(name: string, family: LookupFamily, callback: (resolution: Resolution) => void): () => void {
    let cancelled = false;
    this.#stats.gauge('pending_resolutions').inc();
    const done: Done = (answer) => {
      if (answer.kind === 'error' && answer.code !== 'ETIMEOUT') this.#reopen();
      this.#stats.gauge('pending_resolutions').dec();
      if (!cancelled) callback(resolution(answer));
    };
    const [first, second] = familyOrder[family];
    this.#lookup(name, first, (answer) => {
      if (answer.kind === 'found' || second === undefined) done(answer);
      else this.#lookup(name, second, done);
    });
    return () => {
      cancelled = true;
    };
  }

  /** One lookup as c-ares counts them, of one family or of both. */
  #lookup(name: string, families: Families, done: Done): void {
    const finish: Done = (answer) => {
      this.#stats.counter('resolve_total').inc();
      if (answer.kind === 'empty') this.#stats.counter('not_found').inc();
      else if (answer.kind === 'error') this.#countError(answer.code);
      done(answer);
    };
    const local = this.#lookupLocally(name, families);
    if (local.length > 0) finish(found(local));
    else this.#query(this.#candidates(name), families, finish);
  }

  #lookupLocally(name: string, families: Families): string[] {
    if (ipVersion(name) !== 0) return [name];
    const local = lookupHosts(this.#hosts.read(), name, families);
    if (!isLocalhost(name)) return local;
    const missing = ([6, 4] as const).filter(
      (family) => families.includes(family) && !local.some((address) => ipVersion(address) === family),
    );
    return [...local, ...missing.map((family) => (family === 4 ? '127.0.0.1' : '::1'))];
  }

  #candidates(name: string): string[] {
    return candidates(name, this.#options.noSearch ? noSearch : this.#resolvConf.read());
  }

  /** Asks for one name after the other until one has addresses, or the servers fail. */
  #query([name, ...others]: readonly string[], families: Families, done: Done): void {
    if (name === undefined) {
      done({ kind: 'empty' });
      return;
    }
    const answers: Answer[] = [];
    for (const [at, family] of families.entries()) {
      this.#ask(name, family, (answer) => {
        answers[at] = answer;
        if (Object.keys(answers).length < families.length) return;
        const joined = join(answers);
        if (joined.kind === 'empty') this.#query(others, families, done);
        else done(joined);
      });
    }
  }

  #ask(name: string, family: 4 | 6, done: Done): void {
    const onAnswer = (
      error: NodeJS.ErrnoException | null,
      records: readonly { address: string; ttl: number }[],
    ): void => {
      if (error === null) done({ kind: 'found', addresses: records });
      else if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') done({ kind: 'empty' });
      else done({ kind: 'error', code: error.code ?? error.message });
    };
    if (family === 4) this.#open().resolve4(name, { ttl: true }, onAnswer);
    else this.#open().resolve6(name, { ttl: true }, onAnswer);
  }

  #countError(code: string): void {
    if (code === 'ETIMEOUT') this.#stats.counter('timeouts').add(this.#options.tries);
    else this.#stats.counter('get_addr_failure').inc();
  }

  #open(): Resolver {
    if (this.#channel === undefined) {
      const { timeout, tries, servers } = this.#options;
      this.#channel = new Resolver({ timeout, tries });
      if (servers.length > 0) this.#channel.setServers(servers);
    }
    return this.#channel;
  }

  /** The servers failed: they may have changed, so read them again. */
  #reopen(): void {
    this.#stats.counter('reinits').inc();
    this.#channel = undefined;
  }
}

type Families = readonly (4 | 6)[];

/** Which families are looked up, and which when the first had none. */
const familyOrder: Readonly<Record<LookupFamily, readonly [Families, Families?]>> = {
  AUTO: [[6], [4]],
  V4_PREFERRED: [[4], [6]],
  V4_ONLY: [[4]],
  V6_ONLY: [[6]],
  ALL: [[4, 6]],
};

const noSearch: ResolvConf = { search: [], ndots: 1 };

/** What does not come from DNS has no TTL. */
function found(addresses: readonly string[]): Answer {
  return { kind: 'found', addresses: addresses.map((address) => ({ address, ttl: 0 })) };
}

function join(answers: readonly Answer[]): Answer {
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? answer.addresses : []));
  if (addresses.length > 0) return { kind: 'found', addresses };
  return answers.find(({ kind }) => kind === 'error') ?? { kind: 'empty' };
}

/** A name without addresses is an empty success: it may have none today. */
function resolution(answer: Answer): Resolution {
  if (answer.kind === 'error') return { status: 'failure', details: answer.code };
  return { status: 'success', addresses: answer.kind === 'found' ? answer.addresses : [] };
}

/** RFC 6761 §6.3: never asked of a server; with a dot at the end, c-ares does ask. */
function isLocalhost(name: string): boolean {
  return /(^|\.)localhost$/i.test(name);
}
