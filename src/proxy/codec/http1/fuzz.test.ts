import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { generator } from '../random.fake.ts';
import { type Case, type Variant, variants } from './battery/case.ts';
import { judge } from './battery/codec.ts';
import type { ResponseCase } from './battery/response-case.ts';
import { judgeResponse } from './battery/response-codec.ts';

/** Few enough for every run; `FUZZ_ROUNDS=1000000` for a night. */
const rounds = Number(process.env.FUZZ_ROUNDS ?? 6000);

function corpus(folder: string): { name: string; data: Buffer }[] {
  const url = new URL(`corpus/${folder}/`, import.meta.url);
  return readdirSync(url)
    .sort()
    .map((name) => ({ name, data: readFileSync(new URL(name, url)) }));
}

/** What attackers put where it does not belong. */
const spices = [
  '\r',
  '\n',
  '\r\n',
  '\r\n\r\n',
  ' ',
  '\t',
  '\0',
  ':',
  ';',
  ',',
  '0',
  '7',
  'f',
  '\xff',
  '\x7f',
  '"',
]
  .concat([
    'chunked',
    'Content-Length: 1\r\n',
    'Transfer-Encoding: chunked\r\n',
    '0\r\n\r\n',
    'GET / HTTP/1.1\r\n',
  ])
  .concat([
    'Connection: close\r\n',
    'HTTP/1.1 200 OK\r\n',
    '\r\n ',
    'Host: x\r\n',
    'HTTP/1.0',
    'CONNECT ',
    'HEAD ',
  ])
  .map((text) => Buffer.from(text, 'latin1'));

function mutate(data: Buffer, seeds: readonly { data: Buffer }[], random: (below: number) => number): Buffer {
  let bytes = Buffer.from(data);
  for (let times = 1 + random(3); times > 0; times--) {
    const at = random(bytes.length + 1);
    const to = Math.min(bytes.length, at + 1 + random(12));
    const [before, cut, after] = [bytes.subarray(0, at), bytes.subarray(at, to), bytes.subarray(to)];
    const spice = spices[random(spices.length)]!;
    switch (random(6)) {
      case 0:
        if (at < bytes.length) bytes[at] = random(256);
        break;
      case 1:
        bytes = Buffer.concat([before, spice, cut, after]);
        break;
      case 2:
        bytes = Buffer.concat([before, spice, after]);
        break;
      case 3:
        bytes = Buffer.concat([before, after]);
        break;
      case 4:
        bytes = Buffer.concat([before, cut, cut, after]);
        break;
      default: {
        const other = seeds[random(seeds.length)]!.data;
        bytes = Buffer.concat([before, other.subarray(random(other.length))]);
      }
    }
  }
  // A connection that repeats itself: heads are remembered.
  return random(4) === 0 ? Buffer.concat([data, bytes, bytes]) : bytes;
}

function shatter(data: Buffer, random: (below: number) => number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < data.length; ) {
    const length = 1 + random(random(3) === 0 ? 200 : 20);
    pieces.push(data.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

describe('HTTP/1 bytes made up at random', () => {
  it('requests: never throws, reads any pieces alike, sends on one message for one', () => {
    const random = generator(1);
    const seeds = corpus('requests');
    let forwarded = 0;
    for (let round = 0; round < rounds; round++) {
      const seed = seeds[random(seeds.length)]!;
      const data = mutate(seed.data, seeds, random);
      const variant = variants[random(variants.length)] as Variant;
      const one: Case = { name: seed.name, bytes: '', variant };
      const shown = () =>
        `round ${round}, ${seed.name}, ${variant}: ${JSON.stringify(data.toString('latin1'))}`;
      const sent: string[] = [];
      const whole = judge(one, [data], sent);
      assert.deepEqual(judge(one, shatter(data, random)), whole, shown());

      for (const [i, text] of sent.entries()) {
        const outcome = whole.outcomes[i];
        if (outcome?.kind !== 'forwarded' || outcome.partial) continue;
        forwarded++;
        // A reader as lenient as ours must not see two messages, or half a one, in what was sent on.
        const again = judge({ ...one, variant: 'trailers' }, [Buffer.from(text, 'latin1')]);
        assert.deepEqual(again.outcomes, [outcome], `${shown()}\nsent on as ${JSON.stringify(text)}`);
      }
    }
    assert.ok(forwarded > rounds / 10, `only ${forwarded} messages were sent on`);
  });

  it('responses: never throws, reads any pieces alike', () => {
    const random = generator(2);
    const seeds = corpus('responses');
    let complete = 0;
    for (let round = 0; round < rounds; round++) {
      const seed = seeds[random(seeds.length)]!;
      const data = mutate(seed.data, seeds, random);
      const one: ResponseCase = {
        name: seed.name,
        bytes: '',
        method: (['GET', 'HEAD', 'POST'] as const)[random(3)]!,
        behind: random(2) === 0 ? 'fin' : 'nothing',
      };
      const whole = judgeResponse(one, [data]);
      const shown = `round ${round}, ${seed.name}, ${one.method}: ${JSON.stringify(data.toString('latin1'))}`;
      assert.deepEqual(judgeResponse(one, shatter(data, random)), whole, shown);
      if (whole.end === 'complete') complete++;
    }
    assert.ok(complete > rounds / 8, `only ${complete} responses were complete`);
  });
});
