import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap } from '../../http/headers.ts';
import { preface } from './frame.ts';
import { FakeServer, frame, hello, response, turn } from './server.fake.ts';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const greeting = ['settings', 'settings ack', '0 window 25100289'];

describe('a body of many small pieces', () => {
  it('goes out in few frames once the client has room for it', async () => {
    const server = new FakeServer();
    server.send(preface, frame(4, 0, 0, Buffer.from([0, 4, 0, 0, 0, 0])), server.request(1));
    server.encoder.encodeHeaders(response(200), false);
    for (let i = 0; i < 20_000; i++) server.encoder.encodeData(Buffer.from('a'), false);
    server.encoder.encodeData(Buffer.from('b'), true);
    await turn();
    server.frames();
    server.send(frame(8, 0, 1, u32(60_000)));
    await turn();
    const frames = server.frames();
    assert.ok(frames.length <= 8, `${frames.length} frames`);
    assert.match(frames.at(-1)!, /end$/);
  });

  it('is delivered as one when it was held', async () => {
    const server = new FakeServer();
    server.onHeaders = (_, encoder) => encoder.readDisable(true);
    server.send(hello, server.request(1, false));
    for (let i = 0; i < 5000; i++) server.send(frame(0, 0, 1, 'a'));
    server.send(frame(0, 1, 1, 'b'));
    server.encoder.readDisable(false);
    await turn();
    assert.deepEqual(server.events, ['1 GET /1', `1 data ${'a'.repeat(5000)}b end`]);
  });
});

describe('bytes of an HTTP/2 client', () => {
  it('mean the same split anywhere', () => {
    const make = (): { server: FakeServer; bytes: Buffer } => {
      const server = new FakeServer();
      const bytes = Buffer.concat([
        hello,
        server.request(1),
        server.request(3, false),
        frame(0, 8, 3, '\x02ab\0\0'),
        frame(77, 0, 0, 'unknown'),
        frame(0, 1, 3, 'cd'),
        frame(6, 0, 0, '12345678'),
      ]);
      return { server, bytes };
    };
    const whole = make();
    whole.server.send(whole.bytes);
    assert.deepEqual(whole.server.events, ['1 GET /1 end', '2 GET /3', '2 data ab', '2 data cd end']);
    for (let at = 1; at < whole.bytes.length; at++) {
      const { server, bytes } = make();
      server.send(bytes.subarray(0, at));
      server.send(bytes.subarray(at));
      assert.deepEqual(server.events, whole.server.events, `split at ${at}`);
    }
    const { server, bytes } = make();
    for (const byte of bytes) server.send(Buffer.of(byte));
    assert.deepEqual(server.events, whole.server.events);
  });

  it('may begin with nothing else than the preface', () => {
    const server = new FakeServer();
    server.send(preface.subarray(0, 20), Buffer.from('XXXX'));
    assert.deepEqual(server.events, ['error Received bad client magic byte string']);
    assert.deepEqual(server.frames(), []);
  });

  it('that break the protocol are answered by GOAWAY after our SETTINGS, and by nothing of that read', () => {
    const server = new FakeServer();
    server.onHeaders = (_, encoder) => encoder.encodeHeaders(response(200), true);
    server.send(hello, server.request(1), frame(0, 0, 0, 'x'));
    assert.deepEqual(server.frames(), ['settings', 'goaway 1 1']);
    server.send(server.request(3));
    assert.deepEqual(server.events, ['1 GET /1 end', 'error The user callback function failed']);
  });

  it('that open more streams than allowed are refused before, and fatal after the acknowledgement', () => {
    const server = new FakeServer({ maxConcurrentStreams: 1 });
    server.send(preface, frame(4, 0, 0), server.request(1), server.request(3));
    assert.deepEqual(server.frames().slice(-1), ['3 reset 7']);
    server.send(frame(4, 1, 0), server.request(5));
    assert.equal(server.error?.details, 'protocol_error');
  });

  it('that are too large a head end their stream before the block is complete, and nothing else', () => {
    const server = new FakeServer({ maxHeadersBytes: 1024 });
    server.send(hello, frame(1, 1, 1, server.request(1).subarray(9)));
    server.frames();
    const field = `\0\x01x\x7f\x81\x01${'y'.repeat(256)}`;
    for (let i = 0; i < 4; i++) server.send(frame(9, 0, 1, field));
    assert.deepEqual(server.frames(), ['1 reset 2']);
    server.send(frame(9, 4, 1, field), server.request(3));
    assert.equal(server.error, undefined);
    assert.deepEqual(server.events.slice(-2), [
      '1 reset remote-reset http2.header_list_size_too_large',
      '2 GET /3 end',
    ]);
  });

  it('reset a stream, which hears of it once', () => {
    const server = new FakeServer();
    server.send(hello, server.request(1), frame(3, 0, 1, u32(8)), frame(3, 0, 1, u32(8)));
    assert.deepEqual(server.events, ['1 GET /1 end', '1 reset remote-reset http2.remote_reset']);
    server.encoder.encodeHeaders(response(200), true);
    assert.deepEqual(server.frames(), greeting);
  });
});

describe('responses over HTTP/2', () => {
  it('of one turn leave in one write', async () => {
    const server = new FakeServer();
    server.send(hello, server.request(1), server.request(3));
    server.frames();
    for (const encoder of server.encoders) {
      encoder.encodeHeaders(response(200), false);
      encoder.encodeData(Buffer.from('ok'), true);
    }
    assert.equal(server.writes.length, 0);
    await turn();
    assert.equal(server.writes.length, 1);
    assert.deepEqual(server.frames(), [
      '1 headers :status=200',
      '1 data 2 end',
      '3 headers :status=200',
      '3 data 2 end',
    ]);
  });

  it('respect the windows, share the connection’s in turn, and say when too much waits', async () => {
    const server = new FakeServer({ initialStreamWindowSize: 65_535 });
    server.send(hello, server.request(1), server.request(3));
    for (const encoder of server.encoders) {
      encoder.encodeHeaders(response(200), false);
      encoder.encodeData(Buffer.alloc(100_000, 'x'), true);
    }
    await turn();
    const sum = (lines: string[], stream: number): number =>
      lines
        .map((line) => /^(\d+) data (\d+)/.exec(line))
        .reduce((total, match) => total + (Number(match?.[1]) === stream ? Number(match![2]) : 0), 0);
    const first = server.frames();
    assert.deepEqual([sum(first, 1), sum(first, 3)], [65_535, 0]);
    assert.ok(server.codec.wantsToWrite);
    assert.deepEqual(server.events.slice(2), ['2 above']);
    server.send(frame(8, 0, 1, u32(60_000)), frame(8, 0, 3, u32(60_000)), frame(8, 0, 0, u32(32_768)));
    const second = server.frames();
    assert.deepEqual([sum(second, 1), sum(second, 3)], [16_384, 16_384]);
    server.send(frame(8, 0, 0, u32(1_000_000)));
    const third = server.frames();
    assert.deepEqual([sum(third, 1), sum(third, 3)], [18_081, 83_616]);
    assert.ok(!server.codec.wantsToWrite);
    assert.deepEqual(server.events.slice(3), ['1 sent', '2 below', '2 sent']);
  });

  it('end with trailers, behind a body that waits', async () => {
    const server = new FakeServer();
    server.send(hello, frame(4, 0, 0, Buffer.from('000400000001', 'hex')), server.request(1));
    server.frames();
    server.encoder.encodeHeaders(response(200), false);
    server.encoder.encodeData(Buffer.from('ok'), false);
    const trailers = new HeaderMap();
    trailers.add('x-t', '1');
    server.encoder.encodeTrailers(trailers);
    await turn();
    assert.deepEqual(server.frames(), ['1 headers :status=200', '1 data 1']);
    server.send(frame(8, 0, 1, u32(9)));
    assert.deepEqual(server.frames(), ['1 data 1', '1 headers x-t=1 end']);
  });

  it('to half a request are followed by a reset that is no error', () => {
    const server = new FakeServer();
    server.onHeaders = (_, encoder) => {
      encoder.encodeHeaders(response(200), true);
      encoder.resetStream('local-reset');
    };
    server.send(hello, server.request(1, false));
    assert.deepEqual(server.frames().slice(3), ['1 headers :status=200 end', '1 reset 0']);
  });

  it('to half a request are sent as far as the windows go, and to their end when these grow', async () => {
    const server = new FakeServer();
    server.send(hello, server.request(1, false));
    server.encoder.encodeHeaders(response(200), false);
    server.encoder.encodeData(Buffer.alloc(65_536), true);
    server.encoder.resetStream('local-reset');
    await turn();
    assert.ok(!server.frames().some((one) => one.includes('reset')));
    server.send(frame(8, 0, 1, u32(10)), frame(8, 0, 0, u32(10)));
    await turn();
    assert.deepEqual(server.frames(), ['1 data 1 end', '1 reset 0']);
  });

  it('begin with their head, also when the window of their stream grows in the same bytes', () => {
    const server = new FakeServer();
    server.onHeaders = (_, encoder) => {
      encoder.encodeHeaders(response(200), false);
      encoder.encodeData(Buffer.from('body'), true);
    };
    server.send(
      hello,
      server.request(1),
      frame(8, 0, 1, u32(10)),
      frame(4, 0, 0, Buffer.concat([Buffer.of(0, 4), u32(70_000)])),
    );
    assert.deepEqual(server.frames().slice(-2), ['1 headers :status=200', '1 data 4 end']);
  });

  it('that are broken off are reset with an error', async () => {
    const server = new FakeServer();
    server.send(hello, server.request(1));
    server.frames();
    server.encoder.encodeHeaders(response(200), false);
    server.encoder.resetStream('local-reset');
    await turn();
    assert.deepEqual(server.frames(), ['1 headers :status=200', '1 reset 2']);
  });

  it('of more headers than a frame holds go on in CONTINUATION', async () => {
    const server = new FakeServer();
    server.send(hello, server.request(1));
    const headers = response(200);
    for (let i = 0; i < 5; i++) headers.add(`x-${i}`, `${i}`.repeat(9000));
    server.encoder.encodeHeaders(headers, true);
    server.writes.length = 0;
    await turn();
    const bytes = Buffer.concat(server.writes);
    assert.deepEqual([bytes[3], bytes[4]], [1, 1]);
    const next = 9 + bytes.readUIntBE(0, 3);
    assert.deepEqual([bytes[next + 3], bytes.readUInt32BE(next + 5)], [9, 1]);
  });
});

describe('request bodies over HTTP/2', () => {
  it('give the peer its window back once half of it is consumed', () => {
    const server = new FakeServer({ initialStreamWindowSize: 65_535, initialConnectionWindowSize: 65_535 });
    server.send(hello, server.request(1, false));
    server.frames();
    server.send(frame(0, 0, 1, 'x'.repeat(16_384)));
    assert.deepEqual(server.frames(), []);
    server.send(frame(0, 0, 1, 'x'.repeat(16_384)));
    assert.deepEqual(server.frames(), ['0 window 32768', '1 window 32768']);
  });

  it('of a stream that is not read are held, and their window with them', async () => {
    const server = new FakeServer({ initialStreamWindowSize: 65_535, initialConnectionWindowSize: 65_535 });
    server.send(hello, server.request(1, false));
    server.frames();
    server.encoder.readDisable(true);
    for (let i = 0; i < 3; i++) server.send(frame(0, i === 2 ? 1 : 0, 1, String(i).repeat(16_000)));
    assert.deepEqual(server.frames(), []);
    assert.equal(server.events.length, 1);
    server.encoder.readDisable(false);
    await turn();
    assert.deepEqual(server.frames(), ['0 window 48000']);
    assert.match(server.events[1]!, /^1 data 0+1+2+ end$/);
  });

  it('beyond the windows are refused: the stream’s by a reset, the connection’s by GOAWAY', () => {
    const server = new FakeServer({ initialStreamWindowSize: 65_535 });
    server.send(hello, server.request(1, false));
    server.encoder.readDisable(true);
    for (let i = 0; i < 5; i++) server.send(frame(0, 0, 1, 'x'.repeat(16_000)));
    assert.equal(server.frames().at(-1), '1 reset 3');
    const narrow = new FakeServer({ initialConnectionWindowSize: 65_535 });
    narrow.send(hello, narrow.request(1, false));
    narrow.encoder.readDisable(true);
    for (let i = 0; i < 5; i++) narrow.send(frame(0, 0, 1, 'x'.repeat(16_000)));
    assert.equal(narrow.frames().at(-1), 'goaway 1 3');
  });
});

describe('the end of an HTTP/2 connection', () => {
  it('is announced first, and takes no request after the second GOAWAY', async () => {
    const server = new FakeServer();
    server.send(hello, server.request(1));
    server.codec.shutdownNotice();
    server.send(server.request(3));
    server.codec.goAway();
    server.send(server.request(5));
    await turn();
    assert.deepEqual(
      server.frames().filter((line) => line.startsWith('goaway')),
      ['goaway 2147483647 0', 'goaway 3 0'],
    );
    assert.deepEqual(server.events, ['1 GET /1 end', '2 GET /3 end']);
  });

  it('resets what is open', () => {
    const server = new FakeServer();
    server.send(hello, server.request(1));
    server.codec.onConnectionClosed();
    assert.deepEqual(server.events, [
      '1 GET /1 end',
      '1 reset connection-termination downstream_remote_disconnect',
    ]);
  });

  it('comes when answers to the peer’s frames pile up', () => {
    const server = new FakeServer({ maxOutboundControlFrames: 3 });
    server.unsentBytes = 1_000_000;
    server.send(hello);
    for (let i = 0; i < 3; i++) server.send(frame(6, 0, 0, '12345678'));
    assert.equal(server.error?.message, 'Too many control frames in the outbound queue.');
  });
});
