import type { HeaderFormat } from '../../http/header-format.ts';
import type { HeaderMap } from '../../http/headers.ts';

/** The fields of a head as text, and what of them bears on framing. One object a connection, filled anew. */
export class HeadText {
  text = '';
  hasContentLength = false;
  hasConnection = false;

  /**
   * Writes all fields after `firstLine`, but `transfer-encoding`: how a body is framed is the codec's to say.
   */
  write(firstLine: string, headers: HeaderMap): void {
    const { names, values } = headers;
    let text = firstLine;
    this.hasContentLength = this.hasConnection = false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name === 'transfer-encoding') continue;
      if (name === 'content-length') this.hasContentLength = true;
      else if (name === 'connection') this.hasConnection = true;
      text += `${name}: ${values[i]}\r\n`;
    }
    this.text = text;
  }

  /** The same, with names as `format` has them; a loop of its own, so that heads without a format ask for none. */
  writeFormatted(firstLine: string, headers: HeaderMap, format: HeaderFormat): void {
    const { names, values } = headers;
    let text = firstLine;
    this.hasContentLength = this.hasConnection = false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name === 'transfer-encoding') continue;
      if (name === 'content-length') this.hasContentLength = true;
      else if (name === 'connection') this.hasConnection = true;
      text += `${format.write(name)}: ${values[i]}\r\n`;
    }
    this.text = text;
  }
}

/** Trailer fields as text: each line with its end. */
export function trailerText(trailers: HeaderMap): string {
  let text = '';
  trailers.names.forEach((name, i) => {
    text += `${name}: ${trailers.values[i]}\r\n`;
  });
  return text;
}

/** The field of a message without a body that says so. */
export function emptyBody(format: HeaderFormat | undefined): string {
  return format === undefined ? 'content-length: 0\r\n' : `${format.write('content-length')}: 0\r\n`;
}

/** The field of a body that comes in chunks. */
export function chunkedBody(format: HeaderFormat | undefined): string {
  return format === undefined
    ? 'transfer-encoding: chunked\r\n'
    : `${format.write('transfer-encoding')}: chunked\r\n`;
}
