import { isDeepStrictEqual } from 'node:util';
import { Http2ServerConnection } from '../../src/proxy/codec/http2/server-connection.ts';
import { makeHttp2 } from './http2-frames.ts';
import { Random } from './random.ts';
import { ways } from './splits.ts';

/** What our codec tells of an HTTP/2 connection's bytes, in its order; pieces of one body are one. */
export function readHttp2(pieces: readonly Buffer[]): string[] {
  const events: string[] = [];
  let streams = 0;
  const codec = new Http2ServerConnection({
    unsentBytes: 0,
    newStream() {
      const name = `stream ${++streams}`;
      events.push(name);
      return {
        decodeHeaders: (headers, end) =>
          void events.push(
            `${name} ${headers.method} ${headers.path} ${headers.authority} ${headers.names} ${headers.values} ${end}`,
          ),
        decodeData: (data, end) => void events.push(`${name} ${data.toString('latin1')} ${end}`),
        decodeTrailers: (trailers) => void events.push(`${name} ${trailers.names}`),
        onReset: (reason, details) => void events.push(`${name} ${reason} ${details}`),
      };
    },
    write: () => true,
    onProtocolError: (error) => void events.push(`error ${error.message} ${error.details}`),
    onKeepaliveTimeout: () => {},
    onClose: () => void events.push('close'),
    setReadEnabled: () => {},
  });
  for (const piece of pieces) codec.dispatch(piece);
  codec.onConnectionClosed();
  return events;
}

/** Bytes of the seed, cut in many ways: the codec must tell the same of all, and never throw. */
export function http2Difference(seed: number): { bytes: Buffer; text: string } | undefined {
  const random = new Random(seed);
  const bytes = makeHttp2(seed, random);
  let whole: string[] | undefined;
  for (const pieces of ways(bytes, random, false)) {
    const show = () => JSON.stringify(pieces.map((piece) => piece.toString('hex')));
    let events: string[];
    try {
      // A codec may keep what it was given only while it is called: Node uses its memory again.
      events = readHttp2(pieces.map((piece) => Buffer.from(piece)));
    } catch (error) {
      return { bytes, text: `threw ${(error as Error).stack} of ${show()}` };
    }
    whole ??= events;
    if (isDeepStrictEqual(events, whole)) continue;
    return {
      bytes,
      text: `told ${JSON.stringify(events)}\nof ${show()}\nand ${JSON.stringify(whole)}\nof the whole`,
    };
  }
  return undefined;
}
