import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireOracle } from '../oracle.ts';
import { readCorpus } from './corpus.ts';
import { http2Difference } from './http2.ts';
import { Judges, judgeCodec } from './judges.ts';

const corpus = readCorpus();
const print = (file: string, by: string, text: string) => `${file}, by ${by}: ${text}`;

describe('the corpus of the fuzz', () => {
  it('is small', () => {
    const sizes = corpus.map(({ input }) => input.bytes.length);
    assert.ok(corpus.length > 100);
    assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 500_000);
  });

  it('reads the same of any cut in two, and as llhttp reads it where Envoy does', async () => {
    const found: string[] = [];
    for (const [i, { file, input }] of corpus.entries()) {
      const finding = await judgeCodec(input, i, true);
      if (finding !== undefined) found.push(print(file, finding.by, finding.text));
    }
    assert.deepEqual(found, []);
  });

  const { path, skip } = requireOracle();
  it('is passed on and answered as the real Envoy does', { skip }, async () => {
    await using judges = await Judges.start(path);
    const inputs = corpus.map(({ input }) => input);
    const found = await judges.compare(inputs);
    const nameOf = (input: object) => corpus[inputs.indexOf(input as never)]!.file;
    assert.deepEqual(
      found.map(({ by, input, text }) => print(nameOf(input), by, text)),
      [],
    );
  });
});

describe('HTTP/2 frames made up at random', () => {
  it('are read alike in any split, and nothing is thrown', () => {
    const found = Array.from({ length: 500 }, (_, seed) => http2Difference(seed)?.text);
    assert.deepEqual(
      found.filter((text) => text !== undefined),
      [],
    );
  });
});
