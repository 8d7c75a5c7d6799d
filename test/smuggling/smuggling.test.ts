import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { envoyEngine, tsEngine } from '../conformance/proxy.ts';
import { requireOracle } from '../oracle.ts';
import { cutsOf, differs, judge } from './judge.ts';
import { Rig, type Verdict } from './rig.ts';
import { sequences } from './sequences/index.ts';
import { readStrictly } from './strict-request.ts';

describe('request smuggling, through a whole proxy', () => {
  it('is tried in more than a hundred ways, of which no two have one name', () => {
    assert.ok(sequences.length > 100, `${sequences.length}`);
    assert.equal(new Set(sequences.map(({ name }) => name)).size, sequences.length);
  });

  const { path, skip } = requireOracle();
  it('gets nowhere that Envoy would not let it, wherever the bytes are cut', { skip }, async () => {
    await using ours = await Rig.start(tsEngine());
    await using envoy = await Rig.start(envoyEngine(path));
    const { findings, plays } = await judge(sequences, ours, envoy);
    const found = findings.map(
      ({ play, text }) => `${play.sequence.name}, cut at ${play.cut}\n${text.slice(0, 1500)}`,
    );
    assert.equal(found.join('\n'), '');
    assert.ok(plays > 20_000, `${plays}`);
  });
});

describe('the battery', () => {
  const verdict: Verdict = {
    received: 'HTTP/1.1 200 OK\r\n',
    closed: false,
    requests: ['GET / h'],
    partial: [],
  };

  it('cuts a short sequence everywhere, a long one at its ends and between, and HTTP/2 nowhere', () => {
    const of = (bytes: string, listener: 'default' | 'http2' = 'default') =>
      cutsOf({ name: '', bytes, listener });
    assert.deepEqual(of('abc'), [0, 1, 2]);
    assert.deepEqual(of('abc', 'http2'), [0]);
    const long = of('x'.repeat(70_000));
    assert.ok(long.includes(8002) && long.includes(69_999) && long.length < 1000);
  });

  it('sees another answer, another end, and a request more', () => {
    assert.equal(differs(verdict, { ...verdict }), undefined);
    assert.match(differs(verdict, { ...verdict, closed: true })!, /expected .*\n.*got .*"closed":true/);
    assert.ok(differs(verdict, { ...verdict, received: '' }));
    assert.ok(differs(verdict, { ...verdict, requests: ['GET / h', 'GET /hidden evil'] }));
  });

  it('takes the beginning of a request for the same only where it was refused', () => {
    assert.ok(differs(verdict, { ...verdict, partial: ['POST / h'] }));
    const refused = { ...verdict, received: 'HTTP/1.1 400 Bad Request\r\n' };
    assert.equal(differs(refused, { ...refused, partial: ['POST / h'] }), undefined);
  });
});

describe('the upstream’s reading of requests', () => {
  const head = 'POST /a HTTP/1.1\r\nhost: h\r\n';

  it('is of whole ones, by length and by chunks', () => {
    const fields = [['host', 'h']];
    const one = readStrictly('GET /a HTTP/1.1\r\nhost: h\r\n\r\nGET');
    assert.deepEqual(one, { method: 'GET', target: '/a', fields, body: '', trailers: '', end: 28 });
    const length = readStrictly(`${head}content-length: 3\r\n\r\nabcd`);
    assert.ok(length !== undefined && 'body' in length && length.body === 'abc');
    const chunks = readStrictly(
      `${head}transfer-encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\nx: y\r\n\r\nG`,
    );
    assert.ok(chunks !== undefined && 'body' in chunks);
    assert.deepEqual([chunks.body, chunks.trailers], ['abc', 'x: y']);
  });

  it('waits for the rest', () => {
    assert.equal(readStrictly(head), undefined);
    for (const rest of ['content-length: 3\r\n\r\nab', 'transfer-encoding: chunked\r\n\r\n2\r\nab']) {
      assert.ok('partial' in readStrictly(head + rest)!);
    }
  });

  for (const [what, text, error] of [
    ['no request line', 'GET  / HTTP/1.1\r\nhost: h\r\n\r\n', /no request line/],
    ['a bare LF', `${head}x: a\nb: c\r\n\r\n`, /no field/],
    ['a folded line', `${head}x: a\r\n b\r\n\r\n`, /no field/],
    ['a space before the colon', `${head}x : a\r\n\r\n`, /no field/],
    ['two hosts', `${head}host: i\r\n\r\n`, /2 Host fields/],
    ['two lengths', `${head}content-length: 1\r\ncontent-length: 1\r\n\r\na`, /more than one length/],
    ['a length and chunks', `${head}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\na`, /more than/],
    ['a length with a plus', `${head}content-length: +1\r\n\r\na`, /a length of/],
    ['another encoding', `${head}transfer-encoding: gzip, chunked\r\n\r\n`, /an encoding of/],
    ['a chunk’s extension', `${head}transfer-encoding: chunked\r\n\r\n1;a\r\n`, /no chunk size/],
    ['a chunk with no end', `${head}transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n`, /without its line end/],
    ['a bad trailer', `${head}transfer-encoding: chunked\r\n\r\n0\r\nx\r\n\r\n`, /no field/],
  ] as const) {
    it(`is an error for ${what}`, () => assert.throws(() => readStrictly(text), error));
  }
});
