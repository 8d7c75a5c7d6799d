import { isIPv4, isIPv6 } from 'node:net';
import type { Clock } from '../../../../clock.ts';
import type { Cluster, ClusterManager, Host } from '../../../../cluster/cluster.ts';
import { addressText } from '../../../../cluster/host/endpoint.ts';
import { murmurHash2 } from '../../../../hash/murmur-hash2.ts';
import type { SocketAddress } from '../../../../http/stream-info.ts';
import { hashedPart } from './hash-tag.ts';
import { type PoolCallbacks, PoolRequest } from './pool-request.ts';
import type { PoolStats } from './pool-stats.ts';
import { type ClientCallbacks, type ClientContext, type Handle, RedisClient } from './redis-client.ts';
import type { PoolSettings } from './settings.ts';
import { TokenBucket } from './token-bucket.ts';
import type { Transaction } from './transaction.ts';

/** Hashes Envoy tries to find out how many hosts there are: the slots of a Redis Cluster. */
const slots = 16_384;

export interface RedisPoolContext {
  readonly clusters: ClusterManager;
  readonly clock: Clock;
  readonly settings: PoolSettings;
  readonly stats: PoolStats;
  /** AUTH and its words, as the cluster's protocol options say. */
  readonly authOf: (cluster: Cluster) => readonly string[];
}

/** The connections of one filter to one cluster: one to each host, which all clients share. */
export class RedisPool {
  readonly #name: string;
  readonly #context: RedisPoolContext;
  #cluster: Cluster | undefined;
  #clientContext: ClientContext;
  readonly #clients = new Map<Host, RedisClient>();
  readonly #strays = new Map<string, Host>();
  readonly #buckets = new WeakMap<Host, TokenBucket>();

  constructor(clusterName: string, context: RedisPoolContext) {
    this.#name = clusterName;
    this.#context = context;
    this.#clientContext = { ...context, auth: [] };
  }

  /** To the host of the key; null: there is none. */
  makeRequest(
    key: string,
    words: readonly string[],
    callbacks: PoolCallbacks,
    transaction?: Transaction,
  ): Handle | null {
    const hash = murmurHash2(hashedPart(key, this.#context.settings.hashTags));
    const host = this.#find()?.pickHost({ hash });
    return host ? this.#send(host, words, callbacks, transaction) : null;
  }

  /** To the host of that number, of {@link hostCount}; null: there is none. */
  makeRequestToShard(index: number, words: readonly string[], callbacks: PoolCallbacks): Handle | null {
    const host = this.#find()?.pickHost({ hash: BigInt(index) });
    return host ? this.#send(host, words, callbacks) : null;
  }

  /** How many hosts take requests, found out as Envoy does. */
  hostCount(): number {
    const cluster = this.#find();
    const hosts = new Set<Host>();
    if (cluster === undefined) return 0;
    for (let slot = 0; slot < slots; slot++) {
      const host = cluster.pickHost({ hash: BigInt(slot) });
      if (host === null) return slot;
      hosts.add(host);
    }
    return hosts.size;
  }

  /** To a host by its address, in the cluster or not; null: that is no address, or one too many. */
  sendTo(address: string, words: readonly string[], callbacks: ClientCallbacks): Handle | null {
    const host = this.#hostAt(address);
    const client = host && this.#client(host);
    return client?.makeRequest(words, callbacks) ?? null;
  }

  countRedirection(followed: boolean): void {
    const outcome = followed ? 'succeeded' : 'failed';
    this.#cluster?.stats.counter(`upstream_internal_redirect_${outcome}_total`).inc();
  }

  /** Ends its connections, whatever is under way on them. */
  close(): void {
    for (const client of [...this.#clients.values()]) client.close();
  }

  #send(
    host: Host,
    words: readonly string[],
    callbacks: PoolCallbacks,
    transaction?: Transaction,
  ): Handle | null {
    const client = transaction?.active ? this.#transactionClient(host, transaction) : this.#client(host);
    if (client === undefined) return null;
    const request = new PoolRequest(this, words, callbacks, host);
    request.handle = client.makeRequest(words, request);
    return request;
  }

  #transactionClient(host: Host, transaction: Transaction): RedisClient | undefined {
    if (!transaction.established) {
      const client: RedisClient = new RedisClient(this.#cluster!, host, this.#clientContext, true, () => {
        unwatch();
        transaction.onClientClosed();
      });
      transaction.client = client;
      const unwatch = this.#cluster!.whenGone(host, (closing) => closing && client.close());
    }
    return transaction.client;
  }

  #client(host: Host): RedisClient | undefined {
    const known = this.#clients.get(host);
    if (known !== undefined) return known;
    if (!this.#mayConnect(host)) {
      this.#context.stats.rateLimited.inc();
      return undefined;
    }
    const cluster = this.#cluster!;
    let drained = false;
    const client: RedisClient = new RedisClient(cluster, host, this.#clientContext, false, () => {
      unwatch();
      if (drained) this.#context.stats.drained.inc();
      if (this.#clients.get(host) === client) this.#clients.delete(host);
    });
    const unwatch = cluster.whenGone(host, (closing) => {
      this.#clients.delete(host);
      if (closing || !client.active) client.close();
      else {
        drained = true;
        client.closeWhenIdle();
      }
    });
    this.#clients.set(host, client);
    return client;
  }

  #mayConnect(host: Host): boolean {
    const { settings, clock } = this.#context;
    if (settings.connectionRate === undefined) return true;
    const bucket = this.#buckets.get(host) ?? new TokenBucket(settings.connectionRate, clock);
    this.#buckets.set(host, bucket);
    return bucket.take();
  }

  /** The cluster as it is now; what was connected to one before it ends. */
  #find(): Cluster | undefined {
    const { clusters, authOf } = this.#context;
    const cluster = clusters.get(this.#name);
    if (cluster !== this.#cluster) {
      this.close();
      this.#strays.clear();
      this.#cluster = cluster;
      if (cluster) this.#clientContext = { ...this.#context, auth: authOf(cluster) };
    }
    return cluster;
  }

  #hostAt(text: string): Host | undefined {
    const cluster = this.#find();
    const address = parseAddress(text);
    if (cluster === undefined || address === undefined) return undefined;
    const key = addressText(address);
    const known = cluster.hosts.find((host) => addressText(host.address) === key) ?? this.#strays.get(key);
    if (known !== undefined) return known;
    const { settings, stats } = this.#context;
    if (this.#strays.size === settings.maxUnknownHosts) {
      stats.unknownHostsReached.inc();
      return undefined;
    }
    const host = cluster.strayHost(address);
    this.#strays.set(key, host);
    return host;
  }
}

/** Of `127.0.0.1:6379` or `::1:6379`; names are none. */
function parseAddress(text: string): SocketAddress | undefined {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(0, colon));
  const port = text.slice(colon + 1);
  if (!(isIPv4(address) || isIPv6(address)) || !/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    return undefined;
  }
  return { address, port: Number(port) };
}
