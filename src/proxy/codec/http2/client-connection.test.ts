import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap } from '../../http/headers.ts';
import { StatsStore } from '../../stats/store.ts';
import { FakeClient, get } from './client.fake.ts';
import { createHttp2Stats } from './codec-stats.ts';
import { frame, turn } from './server.fake.ts';

const greeting = Buffer.concat([frame(4, 0, 0), frame(4, 1, 0)]);
const code = (value: number) => Buffer.from([0, 0, 0, value]);

async function connected(options: ConstructorParameters<typeof FakeClient>[0] = {}): Promise<FakeClient> {
  const client = new FakeClient(options);
  client.codec.start();
  await turn();
  client.send(greeting);
  await turn();
  assert.deepEqual(client.frames(), ['settings', '0 window 25100289', 'settings ack']);
  return client;
}

describe('an HTTP/2 connection to an upstream', () => {
  it('sends a request and tells of its response; many at once', async () => {
    const client = await connected();
    const [first, second] = [client.stream(), client.stream()];
    first.encodeHeaders(get(), true);
    second.encodeHeaders(get('POST'), false);
    second.encodeData(Buffer.from('hello'), false);
    second.encodeTrailers(new HeaderMap(['x-t'], ['1']));
    await turn();
    assert.deepEqual(client.frames(), [
      '1 headers :authority=a :path=/ :method=GET :scheme=http end',
      '3 headers :authority=a :path=/ :method=POST :scheme=http',
      '3 data 5',
      '3 headers x-t=1 end',
    ]);
    client.send(
      client.headers(3, false, { ':status': '103' }),
      client.headers(3, false, { ':status': '200' }),
      frame(0, 0, 3, 'ok'),
      client.headers(3, true, { 'grpc-status': '0' }),
      client.headers(1, true, { ':status': '204' }),
    );
    assert.deepEqual(client.events, [
      '2 103',
      '2 200',
      '2 data ok',
      'done',
      '2 trailers grpc-status',
      'done',
      '1 204 end',
    ]);
  });

  for (const [what, end] of [
    ['GOAWAY', (client: FakeClient) => client.send(frame(7, 0, 0, Buffer.alloc(8)))],
    ['the end of the connection', (client: FakeClient) => client.codec.onConnectionClosed('remote-reset')],
  ] as const) {
    it(`counts each stream once where ${what} makes the user of one reset another`, async () => {
      const stats = createHttp2Stats(new StatsStore())();
      const client = await connected({ stats });
      const streams = [client.stream(), client.stream()];
      for (const stream of streams) stream.encodeHeaders(get(), true);
      for (const stream of streams) {
        stream.decoder.onReset = () => {
          for (const other of streams) other.resetStream('local-reset');
        };
      }
      await turn();
      end(client);
      assert.equal(client.events.filter((event) => /^done/.test(event)).length, 2);
      assert.equal(stats.streams_active.value, 0);
    });
  }

  it('lets a server neither push nor take back what its SETTINGS said, whatever a client may', async () => {
    const setting = (id: number, value: number) => frame(4, 0, 0, Buffer.from([0, id, 0, 0, 0, value]));
    for (const [what, frames, ends] of [
      ['ENABLE_PUSH', [setting(2, 1)], true],
      ['ENABLE_PUSH of 0', [setting(2, 0)], false],
      ['ENABLE_CONNECT_PROTOCOL taken back', [setting(8, 1), setting(8, 0)], true],
      ['NO_RFC7540_PRIORITIES that the first frame had not', [setting(9, 1)], true],
      ['NO_RFC7540_PRIORITIES of 0', [setting(9, 0)], false],
    ] as const) {
      const client = await connected();
      client.send(...frames);
      await turn();
      assert.equal(client.events.length > 0, ends, what);
    }
  });

  it('asks for an upgrade with CONNECT, and makes its 200 the 101', async () => {
    const client = await connected();
    const stream = client.stream();
    const headers = get();
    headers.add('connection', 'upgrade');
    headers.add('upgrade', 'websocket');
    stream.encodeHeaders(headers, false);
    await turn();
    assert.deepEqual(client.frames(), [
      '1 headers :authority=a :path=/ :method=CONNECT :scheme=http :protocol=websocket',
    ]);
    assert.equal(headers.method, 'GET');
    client.send(client.headers(1, false, { ':status': '200' }));
    assert.deepEqual(client.events, ['1 101']);
  });

  it('waits for the windows, and opens its own only as the body is read', async () => {
    const client = await connected({ initialStreamWindowSize: 65_535 });
    const stream = client.stream();
    stream.encodeHeaders(get('POST'), false);
    stream.encodeData(Buffer.alloc(70_000), true);
    await turn();
    const sent = client.frames().map((line) => Number(/data (\d+)/.exec(line)?.[1] ?? 0));
    assert.equal(
      sent.reduce((sum, bytes) => sum + bytes),
      65_535,
    );
    client.send(frame(8, 0, 0, Buffer.from([0, 1, 0, 0])), frame(8, 0, 1, Buffer.from([0, 1, 0, 0])));
    await turn();
    assert.deepEqual(client.frames(), ['1 data 4465 end']);
    stream.readDisable(true);
    client.send(client.headers(1, false, { ':status': '200' }));
    for (let i = 0; i < 3; i++) client.send(frame(0, 0, 1, Buffer.alloc(16_000)));
    await turn();
    assert.deepEqual(client.frames(), []);
    stream.readDisable(false);
    await turn();
    assert.deepEqual(client.frames(), ['1 window 48000']);
    assert.equal(client.events.filter((event) => event.startsWith('1 data')).length, 1);
  });

  it('resets what its user gives up, and says nothing of what was never begun', async () => {
    const client = await connected();
    client.stream().resetStream('local-reset');
    const stream = client.stream();
    stream.encodeHeaders(get(), false);
    stream.resetStream('local-reset');
    stream.resetStream('local-reset');
    await turn();
    assert.deepEqual(client.frames(), [
      '1 headers :authority=a :path=/ :method=GET :scheme=http',
      '1 reset 2',
    ]);
    assert.deepEqual(client.events, ['done local-reset', 'done local-reset']);
  });

  for (const [value, reason] of [
    [0, 'remote-reset'],
    [1, 'protocol-error'],
    [7, 'remote-refused-stream-reset'],
    [8, 'remote-reset'],
    [10, 'connect-error'],
  ] as const) {
    it(`reads a reset with code ${value} as ${reason}`, async () => {
      const client = await connected();
      client.stream().encodeHeaders(get(), true);
      client.send(frame(3, 0, 1, code(value)));
      assert.deepEqual(client.events, [`done ${reason}`, `1 reset ${reason}`]);
    });
  }

  it('refuses what is above the last stream of a GOAWAY', async () => {
    const client = await connected();
    client.stream().encodeHeaders(get(), true);
    client.stream().encodeHeaders(get(), true);
    client.send(frame(7, 0, 0, Buffer.concat([code(1), code(0)])));
    assert.deepEqual(client.events, [
      'goaway',
      'done remote-refused-stream-reset',
      '2 reset remote-refused-stream-reset',
    ]);
    client.send(client.headers(1, true, { ':status': '200' }));
    assert.deepEqual(client.events.slice(3), ['done', '1 200 end']);
  });

  it('tells how many streams its upstream takes', async () => {
    const client = await connected();
    client.send(frame(4, 0, 0, Buffer.from([0, 3, 0, 0, 0, 9])));
    assert.deepEqual(client.events, ['most 9']);
  });

  for (const [name, broken] of [
    ['data before a head', (_: FakeClient) => frame(0, 1, 1, 'x')],
    ['a head without a status', (client: FakeClient) => client.headers(1, true, { 'x-a': 'b' })],
    ['a head of 101', (client: FakeClient) => client.headers(1, true, { ':status': '101' })],
    ['an end with 1xx', (client: FakeClient) => client.headers(1, true, { ':status': '103' })],
    [
      'a head on a stream nobody opened',
      (client: FakeClient) => client.headers(7, true, { ':status': '200' }),
    ],
    ['a promise', (_: FakeClient) => frame(5, 4, 1, code(2))],
  ] as const) {
    it(`breaks off over ${name}`, async () => {
      const client = await connected();
      client.stream().encodeHeaders(get(), true);
      client.send(broken(client));
      assert.deepEqual(client.events.slice(-2), ['done protocol-error', '1 reset protocol-error']);
      assert.match(client.events[0]!, /^error /);
    });
  }

  it('loses only the stream where that is what its options say', async () => {
    const client = await connected({ streamErrorOnInvalidMessage: true });
    client.stream().encodeHeaders(get(), true);
    client.stream().encodeHeaders(get(), true);
    client.send(
      client.headers(1, true, { ':status': '200', te: 'gzip' }),
      client.headers(3, true, { ':status': '200' }),
    );
    assert.deepEqual(client.events, ['done protocol-error', '1 reset protocol-error', 'done', '2 200 end']);
    await turn();
    assert.equal(client.frames().at(-1), '1 reset 1');
  });

  it('resets all streams when its transport goes, the newest first', async () => {
    const client = await connected();
    client.stream().encodeHeaders(get(), true);
    client.stream().encodeHeaders(get(), true);
    client.codec.onConnectionClosed('connection-termination');
    assert.deepEqual(
      client.events.filter((event) => event.includes('reset')),
      ['2 reset connection-termination', '1 reset connection-termination'],
    );
  });
});
