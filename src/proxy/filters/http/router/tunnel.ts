import type { RequestHeaders } from '../../../http/headers.ts';
import { requestedUpgrade } from '../../../http/upgrade.ts';
import type { ConnectConfig } from '../../../route/action/upgrade-configs.ts';

/**
 * What an upstream has to agree to before it gets any payload: a 2xx to CONNECT, 101 to upgrades. The route's timeout holds for
 * the answer to WebSocket only.
 */
export type AwaitedAnswer = 'connect' | 'websocket' | 'upgrade';

export function awaitedAnswer(headers: RequestHeaders): AwaitedAnswer | undefined {
  const upgrade = requestedUpgrade(headers);
  if (upgrade === undefined) return undefined;
  if (upgrade === 'CONNECT') return 'connect';
  return upgrade.toLowerCase() === 'websocket' ? 'websocket' : 'upgrade';
}

/** Whether a request says CONNECT and a path, but not what for. */
export function lacksProtocol({ method, path, protocol }: RequestHeaders): boolean {
  return method === 'CONNECT' && path !== '' && protocol === undefined;
}

/** Whether the payload goes on as bytes. */
export function endsHere({ method }: RequestHeaders, { allowPost }: ConnectConfig): boolean {
  return method === 'CONNECT' || (allowPost && method === 'POST');
}
