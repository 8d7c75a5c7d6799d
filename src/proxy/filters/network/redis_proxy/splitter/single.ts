import type { Handle } from '../pool/redis-client.ts';
import { error } from '../resp/value.ts';
import type { Target } from '../router.ts';
import { type Handler, noUpstreamHost, type SplitRequest, upstreamFailure } from './split-request.ts';

/** Commands that go whole to the host of one of their words, which is at that index. */
export function single(keyIndex: number): Handler {
  return (request) => {
    if (request.words.length <= keyIndex) {
      request.refuseArguments();
      return undefined;
    }
    return send(request, request.routeWord(keyIndex));
  };
}

/** Sends the whole command and passes its answer on. */
export function send(request: SplitRequest, target: Target | undefined): Handle | undefined {
  const handle = target?.pool.makeRequest(
    target.key,
    request.words,
    {
      onResponse: (value) => request.finish(true, value),
      onFailure: () => request.finish(false, error(upstreamFailure)),
    },
    request.callbacks.transaction,
  );
  if (!handle) request.refuse(noUpstreamHost);
  return handle ?? undefined;
}
