import { setTimeout as delay } from 'node:timers/promises';
import type { Api, Query } from './api.ts';
import { ApiError, apiError, isBusy, isDisconnected, isExpired } from './failure.ts';
import { lines } from './lines.ts';
import type { KubeList, KubeObject } from './objects.ts';

/** What a collection shows: all of it at first and after a gap, then each change. */
export type Change<T> =
  | { readonly kind: 'all'; readonly objects: readonly T[] }
  | { readonly kind: 'changed' | 'deleted'; readonly object: T };

export interface FollowOptions {
  readonly path: string;
  readonly query: Query;
  readonly signal: AbortSignal;
  /** How long the server may be away, in ms. */
  readonly patienceMs: number;
}

/** Between two tries, and the first pause behind watches that end at once, in ms: each further one is twice as long. */
const PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A watch that lasts so long has not ended at once, in ms. */
const LASTING_MS = 5000;
/** How long a watch lasts at most before it is opened anew, in s: idle connections are cut by what is between. */
const WATCH_S = 240;

/**
 * Lists a collection and follows its changes, over ends of the watch, too old versions (410), other errors that a watch tells
 * (then it is listed anew, as client-go does) and an API server that is away or in trouble for a while. Ends when the signal aborts.
 *
 * @throws ApiError when the server refuses it; Error when it stays away
 */
export async function* follow<T extends KubeObject>(
  api: Api,
  options: FollowOptions,
): AsyncGenerator<Change<T>> {
  const { path, query, signal, patienceMs } = options;
  let version: string | undefined;
  let awaySince: number | undefined;
  /** Watches one after the other that have ended at once and shown nothing. */
  let inVain = 0;
  while (!signal.aborted) {
    let wait = 0;
    let opened: number | undefined;
    try {
      if (version === undefined) {
        const list = await api.get<KubeList<T>>(path, { query, signal, patienceMs });
        version = list.metadata.resourceVersion ?? '';
        yield { kind: 'all', objects: list.items };
      }
      const watching: Query = {
        ...query,
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion: version,
        timeoutSeconds: WATCH_S,
      };
      const response = await api.stream(path, watching, signal);
      awaySince = undefined;
      opened = Date.now();
      for await (const line of lines(response)) {
        const { type, object } = JSON.parse(line) as { type: string; object: T & { code?: number } };
        if (type === 'ERROR') {
          if (!isBusy(apiError(object.code ?? 0, line))) version = undefined;
          break;
        }
        inVain = 0;
        version = object.metadata.resourceVersion ?? version;
        if (type === 'BOOKMARK') continue;
        yield { kind: type === 'DELETED' ? 'deleted' : 'changed', object };
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isExpired(error)) version = undefined;
      else if (isDisconnected(error) || isTrouble(error)) {
        awaySince ??= Date.now();
        if (Date.now() - awaySince > patienceMs) throw error;
        wait = Math.max(PAUSE_MS, error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0);
        // Nothing was watched that could have ended.
        if (opened === undefined) inVain = 0;
      } else throw error;
    }
    if (opened !== undefined && Date.now() - opened >= LASTING_MS) inVain = 0;
    wait = Math.max(wait, pauseAfter(inVain++));
    if (wait > 0) await delay(wait, undefined, { signal }).catch(() => {});
  }
}

/** Of one watch that ends nothing is missed when it is opened anew at once. */
function pauseAfter(inVain: number): number {
  return inVain === 0 ? 0 : Math.min(PAUSE_MS * 2 ** (inVain - 1), LONGEST_PAUSE_MS);
}

/** The server is busy, or what it keeps its objects in is away. */
const isTrouble = (error: unknown) => isBusy(error) || (error instanceof ApiError && error.status >= 500);
