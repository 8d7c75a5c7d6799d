/**
 * The least one must know of HTTP/1 to see where a message ends. Written apart from the data plane's codec on
 * purpose: a fault there must not hide here.
 */
export interface Framing {
  /** Offset just after the head, or -1 while it is incomplete. */
  readonly headEnd: number;
  /** Offset just after the message, -1 while it is incomplete, Infinity when only a close ends it. */
  readonly end: number;
  readonly closes: boolean;
}

/** Where the message that starts at `from` ends. `bodyless`: a response to HEAD. */
export function frame(bytes: string, from: number, kind: 'request' | 'response', bodyless = false): Framing {
  const blank = bytes.indexOf('\r\n\r\n', from);
  if (blank < 0) return { headEnd: -1, end: -1, closes: false };
  const headEnd = blank + 4;
  const head = bytes.slice(from, headEnd);
  const status = kind === 'response' ? Number(head.slice(9, 12)) : 0;
  const closes = /^connection:\s*close/im.test(head);
  const interim = status >= 100 && status < 200 && status !== 101;
  if (bodyless || interim || status === 204 || status === 304) return { headEnd, end: headEnd, closes };
  if (/^transfer-encoding:.*chunked/im.test(head))
    return { headEnd, end: chunkedEnd(bytes, headEnd), closes };
  const length = /^content-length:\s*(\d+)/im.exec(head);
  if (length) {
    const end = headEnd + Number(length[1]);
    return { headEnd, end: bytes.length >= end ? end : -1, closes };
  }
  return { headEnd, end: kind === 'request' ? headEnd : Number.POSITIVE_INFINITY, closes };
}

function chunkedEnd(bytes: string, from: number): number {
  let at = from;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return -1;
    const size = Number.parseInt(bytes.slice(at, lineEnd), 16);
    if (Number.isNaN(size)) return -1;
    at = lineEnd + 2;
    if (size > 0) {
      at += size + 2;
      continue;
    }
    for (;;) {
      const end = bytes.indexOf('\r\n', at);
      if (end < 0) return -1;
      if (end === at) return at + 2;
      at = end + 2;
    }
  }
}

/** Counts whole final (not 1xx) responses, given the methods of the requests in order. */
export function countResponses(
  bytes: string,
  methods: readonly string[],
): { whole: number; closes: boolean } {
  let at = 0;
  let whole = 0;
  let closes = false;
  while (at < bytes.length) {
    const framing = frame(bytes, at, 'response', methods[whole] === 'HEAD');
    if (framing.end < 0) break;
    if (framing.end === Number.POSITIVE_INFINITY) return { whole, closes: true };
    const status = Number(bytes.slice(at + 9, at + 12));
    if (status >= 200 || status === 101) {
      whole++;
      closes = framing.closes;
    }
    at = framing.end;
  }
  return { whole, closes };
}
