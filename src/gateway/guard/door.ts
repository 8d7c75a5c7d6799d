import type { IncomingMessage } from 'node:http';
import { onwardPage } from '../page/pages.ts';
import { messageReply, pageReply, type Reply, redirectReply } from '../reply.ts';
import { refusalOf } from './guard.ts';
import type { Session } from './session.ts';

/**
 * Lets a request in, or answers it: undefined means in.
 *
 * @param port where the gateway listens
 */
export function stopAtDoor(
  request: IncomingMessage,
  upgrade: boolean,
  session: Session,
  port: number,
): Reply | undefined {
  const { method = '', url: target = '', headers, rawHeaders } = request;
  const refusal = refusalOf({ method, target, headers, rawHeaders, upgrade }, port);
  if (refusal !== undefined) {
    return messageReply(request, refusal.status, 'This request is refused', [
      `${refusal.reason}. Only the pages of envoy-lab open itself, and you, may ask here.`,
    ]);
  }
  const entry = upgrade ? undefined : entryOf(method, target);
  if (entry !== undefined && session.admits(entry.word)) return letIn(request, entry.to, session);
  if (session.holds(headers.cookie)) return undefined;
  return messageReply(request, 403, 'These are the pages of a lab', [
    'Open the address that envoy-lab open printed: it has the key in it, which is another at every start.',
  ]);
}

/** `/?token=WORD&to=/path`: the address that is printed. */
function entryOf(method: string, target: string): { readonly word: string; readonly to: string } | undefined {
  if ((method !== 'GET' && method !== 'HEAD') || !target.startsWith('/?')) return undefined;
  const query = new URLSearchParams(target.slice(2));
  const word = query.get('token');
  if (word === null) return undefined;
  const to = query.get('to') ?? '/';
  // A path and nothing that a browser takes for another host.
  return { word, to: /^\/(?![/\\])[\x21-\x7e]*$/.test(to) ? to : '/' };
}

/** Gives the cookie, and takes the token out of the address bar and the history. */
function letIn(request: IncomingMessage, to: string, session: Session): Reply {
  // The browser sends a strict cookie only with what a page of ours asks for: who came from elsewhere has to come again.
  const foreign = request.headers['sec-fetch-site'] === 'cross-site';
  const reply = foreign ? pageReply(onwardPage(to)) : redirectReply(to, 303);
  return {
    ...reply,
    headers: { ...reply.headers, 'referrer-policy': 'no-referrer', 'set-cookie': session.cookie },
  };
}
