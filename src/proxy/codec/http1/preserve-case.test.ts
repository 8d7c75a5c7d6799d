import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HeaderMap, type RequestHeaders } from '../../http/headers.ts';
import { FakeClient, request } from './client.fake.ts';
import { ProperCase } from './proper-case.ts';
import { FakeServer, response } from './server.fake.ts';

const preserveCase = { forwardReasonPhrase: true, others: undefined };
const ask = 'GET / HTTP/1.1\r\nHoSt: h\r\nX-One: 1\r\nx-ONE: 2\r\n\r\n';

/** The headers of requests as they are read. */
function read(...heads: string[]): RequestHeaders[] {
  const server = new FakeServer({ preserveCase });
  const found: RequestHeaders[] = [];
  server.onHeaders = (headers, encoder) => {
    found.push(headers);
    encoder.encodeHeaders(response(204), true);
  };
  for (const head of heads) server.send(head);
  return found;
}

describe('a message whose names are preserved', () => {
  it('is written with them, those it did not have in lower case', () => {
    const [headers] = read(ask);
    headers!.add('x-more', '3');
    const client = new FakeClient();
    client.start().encodeHeaders(headers!, true);
    assert.deepEqual(client.writes, [
      'GET / HTTP/1.1\r\nHoSt: h\r\nX-One: 1\r\nX-One: 2\r\nx-more: 3\r\n\r\n',
    ]);
  });

  it('keeps its own when the one before had the same fields', () => {
    const all = read(ask, ask, ask.toLowerCase().replace('get / http', 'GET / HTTP'));
    assert.deepEqual(
      all.map(({ format }) => format?.write('x-one')),
      ['X-One', 'X-One', 'x-one'],
    );
  });

  it('passes over lines that go on', () => {
    const [headers] = read('GET / HTTP/1.1\r\nHost: h\r\nA: 1\r\n X-Folded: 2\r\n\r\n');
    assert.equal(headers?.format?.write('x-folded'), 'x-folded');
  });
});

describe('a response', () => {
  it('is written in proper case, with what the codec adds', () => {
    const server = new FakeServer({ format: new ProperCase() });
    server.send('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
    server.encoder.encodeHeaders(response(200, { 'x-a': '1' }), false);
    server.encoder.encodeData(Buffer.from('ab'), false);
    server.encoder.encodeTrailers(new HeaderMap());
    assert.equal(
      server.writes.join(''),
      'HTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n',
    );
  });

  it('that has a form of its own keeps it, and its reason', () => {
    const server = new FakeServer({ format: new ProperCase() });
    server.send('GET / HTTP/1.1\r\nhost: h\r\n\r\n');
    const headers = response(200, { 'x-a': '1' });
    headers.format = { write: (name) => name.toUpperCase(), reasonPhrase: 'As It Is' };
    server.encoder.encodeHeaders(headers, true);
    assert.deepEqual(server.writes, ['HTTP/1.1 200 As It Is\r\nX-A: 1\r\nCONTENT-LENGTH: 0\r\n\r\n']);
  });
});

describe('a request', () => {
  it('is written in proper case, its target in absolute form', () => {
    const client = new FakeClient({ format: new ProperCase(), sendFullyQualifiedUrl: true });
    client.start().encodeHeaders(request('POST', '/a?b', { 'x-a': '1' }), true);
    client.start().encodeHeaders(request('CONNECT', ''), true);
    assert.deepEqual(client.writes, [
      'POST http://h/a?b HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nContent-Length: 0\r\n\r\n',
      'CONNECT h HTTP/1.1\r\nHost: h\r\n\r\n',
    ]);
  });
});
