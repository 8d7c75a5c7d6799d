import assert from 'node:assert/strict';
import { it } from 'node:test';
import { writtenHead } from './written-head.ts';

const head = 'HTTP/1.1 200 OK\r\nx: y\r\n\r\n';

it('keeps the head of a long piece when its memory is written anew', () => {
  for (const length of [3000, 16_000]) {
    const data = Buffer.from(head + 'b'.repeat(length));
    const kept = writtenHead(data);
    data.fill('z');
    assert.equal(kept.toString(), head);
  }
});

it('keeps a short piece as it is, and of a head that does not end what fits', () => {
  const short = Buffer.from(head);
  assert.equal(writtenHead(short), short);
  const endless = Buffer.alloc(5000, 'x');
  const kept = writtenHead(endless);
  endless.fill('z');
  assert.equal(kept.toString(), 'x'.repeat(2048));
});
