import assert from 'node:assert/strict';
import { it } from 'node:test';
import { candidateBlocks, MAX_NODES } from './addresses.ts';

it('has a block of loopback addresses for every lab, the same one each time', () => {
  const [first] = candidateBlocks('front-proxy');
  assert.equal(candidateBlocks('front-proxy')[0]!.dns, first!.dns);
  assert.match(first!.dns, /^127\.\d+\.0\.1$/);
  assert.equal(first!.node(0), first!.dns.replace(/1$/, '2'));
  assert.match(first!.node(MAX_NODES - 1), /^127\.\d+\.255\.25\d$/);
});

it('tries all others when it is taken', () => {
  const blocks = candidateBlocks('x').map(({ dns }) => dns);
  assert.equal(new Set(blocks).size, blocks.length);
  for (const dns of blocks) {
    const second = Number(dns.split('.')[1]);
    assert.ok(second >= 64 && second <= 254);
  }
});
