import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readFirstLine } from './first-line.ts';

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const read = (text: string) => readFirstLine(Buffer.from(text, 'latin1'));

it('tells the versions of HTTP apart', () => {
  assert.equal(read('GET / HTTP/1.1\r\nhost'), 'http/1.1');
  assert.equal(read('GET / HTTP/1.0\r\n'), 'http/1.0');
  assert.equal(read('FOO / HTTP/1.1\n'), 'http/1.1');
  assert.equal(read(preface), 'h2c');
});

it('waits for the end of the line, or of the preface', () => {
  for (const whole of ['GET / HTTP/1.1\n', preface]) {
    for (let length = 1; length < whole.length; length++) {
      assert.equal(read(whole.slice(0, length)), undefined, `${whole} cut at ${length}`);
    }
  }
});

it('knows what is no HTTP', () => {
  for (const text of [
    '\r\nGET /',
    '\nx',
    'SSH-2.0-x\r\n',
    '(x) / HTTP/1.1\r\n',
    '\x16\x03',
    '\xff',
    ' ',
    'GET / HTCPCP/1.0\r\n',
  ]) {
    assert.equal(read(text), 'none', text);
  }
});
