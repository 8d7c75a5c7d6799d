import type { SecureVersion } from 'node:tls';
import type { Reply } from '../../src/proxy/cluster/dns/server.fake.ts';
import type { Http2Script } from './http2/upstream.ts';
import type { Identity } from './mint.ts';
import type { RedisScript } from './redis.ts';
import type { UpstreamTls } from './tls.ts';

/**
 * A conformance case: an Envoy config, scripted upstreams, what a client sends, and what to look at afterwards. It runs
 * on our data plane and on the real Envoy, and the two observations must be equal: there is no expected result to write
 * down, the binary is the expectation.
 */
export interface Case {
  /** `area/what`, unique. */
  readonly name: string;
  /** Overrides and parts of the config that `config.ts` puts together. */
  readonly config?: ConfigParts;
  /** By name; `up` when absent, which answers 200 `ok`. The cluster of the same name leads to it. */
  readonly upstreams?: Readonly<Record<string, UpstreamScript>>;
  /** A DNS server that knows these names, by `name/A` or `name/AAAA`: one answer after the other, the last repeats. */
  readonly dns?: Readonly<Record<string, readonly Reply[]>>;
  /** Worker threads of both; 1 when absent. */
  readonly concurrency?: number;
  /** Wait until these stats are at least so, before the exchanges. */
  readonly waitFor?: Readonly<Record<string, number>>;
  /** The same after the exchanges. */
  readonly waitForAfter?: Readonly<Record<string, number>>;
  /** Admin requests made before the exchanges, `POST /path`; their answers are not looked at. */
  readonly before?: readonly string[];
  readonly exchanges: readonly (Exchange | FrameExchange | TcpExchange | UdpExchange | FileChange)[];
  /** Files by name that are there from the start; `<files>/NAME` in the config is the path of one. */
  readonly files?: Readonly<Record<string, string>>;
  /** Compare the stats whose name matches; histograms are left out. */
  readonly stats?: RegExp;
  /** Compare which stats there are, of those whose name matches: counters, gauges and histograms, whatever they say. */
  readonly statNames?: RegExp;
  /** Compare these admin answers, `GET /path` or `POST /path`. */
  readonly admin?: readonly string[];
  /** Of these admin answers compare status and headers, the body being each engine's own. */
  readonly adminHeads?: readonly string[];
  /** How many access log lines to wait for; one an exchange when absent. 0: do not look at the log. */
  readonly logLines?: number;
  /** Both must refuse the config; a refusal that is not announced so is an error of the case. */
  readonly refused?: boolean;
  /** The reason why the two may differ. Such a case fails when they are equal after all. */
  readonly knownDifference?: string;
}

/** Parts of a bootstrap. Everything is plain Envoy v3, as JSON; `<name>` as a port is that of the upstream, `<dns>` of the DNS server; the path `<log>` is the access log's. */
export interface ConfigParts {
  /** Fields to add to the HTTP connection manager. */
  readonly hcm?: Readonly<Record<string, unknown>>;
  /** Replaces the one catch-all virtual host. */
  readonly virtualHosts?: readonly unknown[];
  /** Routes of the catch-all virtual host; `{ prefix: / } → cluster up` when absent. */
  readonly routes?: readonly unknown[];
  /** Fields to add to the RouteConfiguration. */
  readonly routeConfig?: Readonly<Record<string, unknown>>;
  /** Fields to add to the catch-all virtual host. */
  readonly virtualHost?: Readonly<Record<string, unknown>>;
  /** Fields to add to each upstream's cluster, by upstream name. */
  readonly clusters?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Secrets of the bootstrap. */
  readonly secrets?: readonly unknown[];
  /** Further clusters. */
  readonly extraClusters?: readonly unknown[];
  /** HTTP filters before the router. */
  readonly filters?: readonly unknown[];
  /** Fields to add to the listener. */
  readonly listener?: Readonly<Record<string, unknown>>;
  /** Fields to add to the filter chain (a transport socket, say). */
  readonly filterChain?: Readonly<Record<string, unknown>>;
  /** Fields to add to the bootstrap. */
  readonly bootstrap?: Readonly<Record<string, unknown>>;
  /** Fields of the access log line beside the default ones: name → format string. */
  readonly log?: Readonly<Record<string, string>>;
  /** Replaces the HTTP connection manager: all filters of the chain. */
  readonly networkFilters?: readonly unknown[];
  /** Replaces the HTTP connection manager's access log whole. */
  readonly accessLog?: readonly unknown[];
}

/** What an upstream does with the requests it gets, in the order they arrive; the last entry repeats. */
export interface UpstreamScript {
  readonly answers?: readonly Answer[];
  /** What it does on each connection instead, whatever the bytes mean. */
  readonly tcp?: readonly TcpStep[];
  /** It is a Redis server instead. */
  readonly redis?: RedisScript;
  /** It speaks HTTP/2 instead. */
  readonly http2?: Http2Script;
  /** Below that it speaks TLS. */
  readonly tls?: UpstreamTls;
  /** It takes datagrams instead. */
  readonly udp?: UdpScript;
  /** Nothing listens, or not before a client's step says so. */
  readonly refuse?: boolean;
  /** Who connects is never answered. */
  readonly deaf?: boolean;
}

export interface Answer {
  /** Bytes to send back, when the request's head (`on: 'head'`) or the whole request has arrived. */
  readonly raw?: string;
  readonly on?: 'head' | 'request';
  /** Afterwards: keep the connection (default), FIN, RST, or never answer. */
  readonly finally?: 'keep' | 'close' | 'reset';
}

/** Between exchanges: files that are replaced, each by a rename, and what is waited for then. */
export interface FileChange {
  readonly replace: Readonly<Record<string, string>>;
  readonly waitFor: Readonly<Record<string, number>>;
}

/** One client connection that speaks HTTP/2, frame by frame. */
export interface FrameExchange {
  /** Bytes to send, mostly of `http2/frames.ts`; after a condition the next is sent when it is met. */
  readonly frames: readonly (
    | string
    /** So many streams came to their end. */
    | { readonly afterEnded: number }
    /** So many bytes of DATA came. */
    | { readonly afterData: number }
    | { readonly afterGoAways: number }
    /** So many PINGs came that were no answers. */
    | { readonly afterPings: number }
    | { readonly afterUpstreamBytes: number }
    | { readonly afterMs: number }
  )[];
  /** How many streams' ends to wait for; 1 when absent. */
  readonly ended?: number;
  readonly untilClosed?: boolean;
  readonly finally?: 'reset';
  readonly tls?: Exchange['tls'];
}

/** One client connection of any bytes. */
export interface TcpExchange extends ClientPlace {
  readonly tcp: readonly TcpStep[];
  /** It stays open until the case is over. */
  readonly hold?: boolean;
  readonly tls?: Exchange['tls'];
}

/** What an upstream of datagrams answers each of them: the same, when `answers` is absent. */
export interface UdpScript {
  readonly answers?: readonly string[];
}

/** Some clients of datagrams, each a socket of its own that lasts as long as the exchange. */
export interface UdpExchange {
  readonly udp: readonly UdpStep[];
}

/** What one of the clients does next: the first when `client` is absent. */
export type UdpStep =
  /** Sends a text, or so many bytes. */
  | { readonly send: string | number; readonly client?: number }
  /** Waits until so many datagrams have come. */
  | { readonly afterDatagrams: number; readonly client?: number }
  | { readonly afterMs: number };

/** Where a client connects from and to, on the loopback: 127.0.0.1 when absent. */
export interface ClientPlace {
  readonly localAddress?: string;
  readonly host?: string;
}

/** What one end of a raw connection does next. */
export type TcpStep =
  /** Sends it. */
  | string
  /** Sends so many bytes. */
  | { readonly send: number }
  | { readonly afterMs: number }
  /** Waits until so many bytes came here, or the other end is gone. */
  | { readonly afterBytes: number }
  /** Waits until the other end is gone. */
  | { readonly afterEnd: true }
  /** Waits until the upstreams have so many bytes. */
  | { readonly afterUpstreamBytes: number }
  /** Waits until so many connections of the upstreams have ended. */
  | { readonly afterUpstreamEnds: number }
  /**
   * FIN, RST, closing both ways; not reading any more, and reading again. Of a client: upstreams that refused connections
   * listen.
   */
  | { readonly do: 'end' | 'reset' | 'close' | 'stall' | 'resume' | 'listen' };

/** One client connection. */
export interface Exchange extends ClientPlace {
  /** What is sent, in order; with several parts the next is sent when the condition before it is met. */
  readonly send:
    | string
    | readonly (
        | string
        | { readonly afterResponses: number }
        | { readonly afterUpstreamBytes: number }
        | { readonly afterMs: number }
      )[];
  /** How many whole responses to wait for; 1 when absent. */
  readonly responses?: number;
  /** Wait for the proxy to close the connection. Done by itself after `connection: close`. */
  readonly untilClosed?: boolean;
  /** Once all is sent and the awaited has come: half-close, or reset. */
  readonly finally?: 'end' | 'reset';
  /** Reset the connection without waiting for responses, once the upstream has this many bytes. */
  readonly abortAfterUpstreamBytes?: number;
  /** Speak TLS, with this server name. */
  readonly tls?: {
    readonly servername?: string;
    readonly alpn?: readonly string[];
    readonly minVersion?: SecureVersion;
    readonly maxVersion?: SecureVersion;
    readonly ciphers?: string;
    /** The client's own certificate. */
    readonly identity?: Identity;
    /** Sent after it. */
    readonly chain?: readonly Identity[];
    /** Take up the session of the exchange before. */
    readonly resume?: boolean;
    /** It will not be let in: by an alert or by a close, which are one here. */
    readonly rejected?: boolean;
  };
}
