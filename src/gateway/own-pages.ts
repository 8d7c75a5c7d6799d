import type { IncomingMessage } from 'node:http';
import type { Session } from './guard/session.ts';
import { belowScript } from './html/below-script.ts';
import { scriptPath } from './html/document.ts';
import type { LabView } from './lab.ts';
import { placeOf } from './links/place.ts';
import { indexMain } from './page/index-page.ts';
import { pageList } from './page/list.ts';
import { indexPage } from './page/pages.ts';
import { messageReply, pageReply, type Reply, redirectReply, textReply } from './reply.ts';

/** The gateway as its own pages know it. */
export interface Own {
  /** `http://127.0.0.1:41234`, or by the name that was asked for. */
  readonly origin: string;
  readonly session: Session;
}

/** Answers what no page of the lab answers: the index, what belongs to it, and paths that lead nowhere. */
export function ownReply(request: IncomingMessage, view: LabView, own: Own): Reply {
  const { method, url = '/' } = request;
  const [path = '/'] = url.split(/[?#]/);
  const below = placeBelow(request, view, own.origin);
  // A page's script may well ask for "/"; a visitor of "/" wants the index.
  const visits = request.headers['sec-fetch-dest'] ?? 'document';
  if (below !== undefined && !path.startsWith('/.envoy-lab/') && !(path === '/' && visits === 'document')) {
    return redirectReply(`${below}${url}`, 307);
  }
  if (method === 'GET' || method === 'HEAD') {
    const found = ownPage(path, view, own);
    if (found !== undefined) return found;
  }
  const node = view.nodes.find(({ name, group }) => path === `/${name}` || path === `/${group}`);
  if (node !== undefined) return redirectReply(`/#${node.name}`, 307);
  return messageReply(request, 404, 'There is no such page', [
    `${path} is no page of lab ${view.lab}. Its pages are at /NODE/PORT/; the index lists them.`,
  ]);
}

function ownPage(path: string, view: LabView, { origin, session }: Own): Reply | undefined {
  if (path === '/') {
    const reply = pageReply(indexPage(view));
    // Who still looks stays in.
    return { ...reply, headers: { ...reply.headers, 'set-cookie': session.cookie } };
  }
  if (path === '/.envoy-lab/index') return textReply(indexMain(view).text);
  if (path === '/.envoy-lab/pages.json') {
    const list = pageList(view, (page) => `${origin}${page}`);
    return textReply(`${JSON.stringify(list)}\n`, 'application/json');
  }
  return path === scriptPath ? textReply(belowScript, 'text/javascript; charset=utf-8') : undefined;
}

/** The prefix of the page that asks for something at the root, by its Referer. */
function placeBelow(request: IncomingMessage, view: LabView, origin: string): string | undefined {
  const { referer } = request.headers;
  if (referer === undefined || !referer.startsWith(`${origin}/`)) return undefined;
  return placeOf(referer.slice(origin.length), view)?.place.prefix;
}
