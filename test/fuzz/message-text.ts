/** One message of a proxy's, which writes them well-formed, read off the front of a text. */
export interface MessageText {
  readonly head: string;
  readonly body: string;
  readonly trailers: string;
  /** Its end has not come yet. */
  readonly partial: boolean;
  /** Where it ends in the text. */
  readonly end: number;
}

/**
 * The message at `text[at…]`, chunks joined: how a body was cut is nobody's. Undefined while its head has not ended.
 * `bodiless`: no body follows whatever the head says; `untilClose`: it has no end but the connection's.
 */
export function readMessage(
  text: string,
  at: number,
  bodiless = false,
  untilClose = false,
): MessageText | undefined {
  const headEnd = text.indexOf('\r\n\r\n', at);
  if (headEnd < 0) return undefined;
  const head = text.slice(at, headEnd);
  const from = headEnd + 4;
  if (bodiless) return { head, body: '', trailers: '', partial: false, end: from };
  if (/\r\ntransfer-encoding: chunked(\r\n|$)/.test(head)) return { head, ...readChunks(text, from) };
  const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1];
  if (length === undefined && untilClose) {
    return { head, body: text.slice(from), trailers: '', partial: true, end: text.length };
  }
  const end = Math.min(text.length, from + Number(length ?? 0));
  return {
    head,
    body: text.slice(from, end),
    trailers: '',
    partial: end < from + Number(length ?? 0),
    end,
  };
}

function readChunks(text: string, from: number): Omit<MessageText, 'head'> {
  let body = '';
  for (let at = from; ; ) {
    const line = text.indexOf('\r\n', at);
    if (line < 0) return { body, trailers: '', partial: true, end: text.length };
    const size = Number.parseInt(text.slice(at, line), 16);
    if (size === 0) {
      // Without trailers the line end of the last chunk is the first half of this mark.
      const end = text.indexOf('\r\n\r\n', line);
      if (end < 0) return { body, trailers: '', partial: true, end: text.length };
      return { body, trailers: text.slice(line + 2, end), partial: false, end: end + 4 };
    }
    if (Number.isNaN(size))
      return { body: body + text.slice(at), trailers: '', partial: true, end: text.length };
    body += text.slice(line + 2, line + 2 + size);
    at = line + 4 + size;
  }
}

/** A long text by its start, its length and its end: enough to tell two apart. */
export function shorten(text: string): string {
  return text.length > 2000 ? `${text.slice(0, 800)}…${text.length}…${text.slice(-200)}` : text;
}
