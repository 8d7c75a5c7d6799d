import { tokenLower } from '../../../codec/http1/characters.ts';
import { RequestLine } from '../../../codec/http1/request-line.ts';

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
const LF = 10;

/**
 * The protocol that a client's first bytes speak, by its name in `application_protocols`; `none`: it is not HTTP; undefined:
 * more bytes are needed. Any version of HTTP/1 but 1.1 is taken for 1.0, as in Envoy.
 */
export function readFirstLine(data: Buffer): 'http/1.0' | 'http/1.1' | 'h2c' | 'none' | undefined {
  const length = Math.min(data.length, preface.length);
  if (data.compare(preface, 0, length, 0, length) === 0) return length === preface.length ? 'h2c' : undefined;
  // What no method begins with is not waited for to the end of a line.
  if (data.length > 0 && tokenLower[data[0]!] === 0) return 'none';
  const end = data.indexOf(LF);
  if (end < 0) return undefined;
  const line = new RequestLine();
  try {
    line.parse(data, 0, end + 1, true);
  } catch {
    return 'none';
  }
  return line.http11 ? 'http/1.1' : 'http/1.0';
}
