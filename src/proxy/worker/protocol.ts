import type { MessagePort } from 'node:worker_threads';
import type { ToldCluster } from '../cluster/threads/host-list.ts';
import type { SharedLimits } from '../cluster/threads/shared-resource.ts';
import type { Flags } from '../flags.ts';
import type { SocketAddress } from '../http/stream-info.ts';
import type { Command } from '../server/command.ts';

/** What a worker is born with. */
export interface WorkerData {
  /** 0 for the first. */
  readonly index: number;
  readonly flags: Flags;
  readonly memory: SharedMemory;
  /** Takes lists of {@link StatPlace}: read by the main thread when stats are shown. */
  readonly places: MessagePort;
}

/** Memory of all threads. */
export interface SharedMemory {
  /** One number: the next connection's id. */
  readonly connectionIds: Int32Array;
  /** By worker: the number of the last command it has done. */
  readonly done: Int32Array;
  /** Of {@link Rendezvous}. */
  readonly rendezvous: Int32Array;
  /** Of {@link SharedFileLock}. */
  readonly fileLocks: Int32Array;
  /** Random bytes that keys of TLS session tickets are made from. */
  readonly ticketSecret: Uint8Array;
}

/** From the main thread, done in order. */
export type ToWorker =
  | {
      readonly kind: 'load';
      /** The text of `-c`, by path: every thread reads the same. */
      readonly config: ReadonlyMap<string, Uint8Array>;
      /** By the cluster's name. */
      readonly limits: ReadonlyMap<string, SharedLimits>;
      /** Of each listener: how many connections each worker has. */
      readonly connections: readonly Int32Array[];
    }
  | { readonly kind: 'hosts'; readonly told: ToldCluster }
  /** `fds`: of the sockets the first worker has bound; undefined: this is the first. */
  | { readonly kind: 'listen'; readonly fds: readonly number[] | undefined }
  | { readonly kind: 'command'; readonly number: number; readonly command: Command }
  | { readonly kind: 'end' };

/** A listener's socket in the first worker. */
export interface OpenedSocket {
  readonly fd: number;
  readonly local: SocketAddress;
}

export type FromWorker =
  | { readonly kind: 'listening'; readonly sockets: readonly OpenedSocket[] }
  /** The config, or an address, cannot be had. */
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly kind: 'ended' };
