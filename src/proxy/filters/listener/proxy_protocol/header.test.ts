import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readProxyHeader } from './header.ts';
import { readTlvs, sanitizedUtf8 } from './tlv.ts';

const line = 'PROXY TCP4 10.1.2.3 10.9.9.9 1234 80\r\n';
const version2 = Buffer.concat([
  Buffer.from('\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x11', 'latin1'),
  Buffer.from([10, 1, 2, 3, 10, 9, 9, 9, 4, 210, 0, 80]),
  Buffer.from([2, 0, 2, 104, 105]),
]);
const addresses = {
  remote: { address: '10.1.2.3', port: 1234 },
  local: { address: '10.9.9.9', port: 80 },
};

describe('readProxyHeader', () => {
  it('reads a line', () => {
    const header = { length: line.length, addresses, extensions: undefined };
    assert.deepEqual(readProxyHeader(Buffer.from(`${line}GET /`)), { version: 'v1', header });
  });

  it('reads version 2 and leaves its extensions to be taken apart', () => {
    const { version, header } = readProxyHeader(Buffer.concat([version2, Buffer.from('GET /')]));
    assert.equal(version, 'v2');
    assert.deepEqual(header, {
      length: version2.length,
      addresses,
      extensions: Buffer.from([2, 0, 2, 104, 105]),
    });
  });

  it('waits for the rest, wherever it is cut', () => {
    for (const whole of [Buffer.from(line), version2]) {
      for (let length = 1; length < whole.length; length++) {
        assert.equal(readProxyHeader(whole.subarray(0, length)).header, 'more', `cut at ${length}`);
      }
    }
  });

  it('waits no longer than a line may be', () => {
    assert.equal(readProxyHeader(Buffer.from(`PROXY ${'1'.repeat(102)}`)).header, 'more');
    assert.equal(readProxyHeader(Buffer.from(`PROXY ${'1'.repeat(103)}`)).header, 'error');
  });

  it('knows what is no header by 16 bytes', () => {
    assert.equal(readProxyHeader(Buffer.from('GET / HTTP/1.1\r')).header, 'more');
    const { version, header } = readProxyHeader(Buffer.from('GET / HTTP/1.1\r\n'));
    assert.deepEqual([version, header], ['none', 'error']);
  });
});

describe('readTlvs', () => {
  const read = (data: Buffer) => {
    const found: [number, string][] = [];
    const whole = readTlvs(data, ({ type, value }) => found.push([type, value.toString('latin1')]));
    return { found, whole };
  };

  it('takes them apart', () => {
    const data = Buffer.from([1, 0, 2, 104, 50, 4, 0, 0]);
    assert.deepEqual(read(data), {
      found: [
        [1, 'h2'],
        [4, ''],
      ],
      whole: true,
    });
  });

  it('says where they are cut short', () => {
    for (const cut of [1, 2, 4])
      assert.equal(read(Buffer.from([1, 0, 2, 104, 50]).subarray(0, cut)).whole, false);
  });
});

it('bytes that are no UTF-8 become exclamation marks', () => {
  const bytes = Buffer.from('a\xff\xc3\xa9\xc3\xe2\x82\xac\xed\xa0\x80', 'latin1');
  assert.equal(Buffer.from(sanitizedUtf8(bytes), 'latin1').toString(), 'a!é!€!!!');
});
