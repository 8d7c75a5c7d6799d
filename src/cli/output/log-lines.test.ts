import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LogLine } from '../../runtime/runtime.ts';
import type { Cli } from '../cli.ts';
import { fakeIo } from '../io.fake.ts';
import { logWriter } from './log-lines.ts';
import { styleFor } from './style.ts';

const line = (container: string, text: string): LogLine => ({
  node: 'web-1',
  container,
  stream: 'stdout',
  time: 0,
  text,
});

function written(format: Parameters<typeof logWriter>[1], ...lines: readonly LogLine[]): string {
  const { io } = fakeIo();
  let text = '';
  const cli = { style: styleFor(io.stdout, {}), print: (more: string) => (text += more) };
  const write = logWriter(cli as unknown as Cli, format);
  for (const one of lines) write(one);
  return text;
}

describe('logWriter', () => {
  it('puts the prefixes of all containers in one column', () => {
    const names = ['web-1/app', 'web-1/sidecar'];
    assert.equal(
      written({ prefix: true, names }, line('app', 'a'), line('sidecar', 'b'), line('added-later', 'c')),
      'web-1/app     | a\nweb-1/sidecar | b\nweb-1/added-later | c\n',
    );
  });

  it('leaves the prefix out, puts the time before a line, or prints JSON', () => {
    assert.equal(
      written({ prefix: false, timestamps: true }, line('app', 'a')),
      '1970-01-01T00:00:00.000Z a\n',
    );
    assert.deepEqual(JSON.parse(written({ prefix: true, json: true }, line('app', 'a'))), {
      node: 'web-1',
      container: 'app',
      stream: 'stdout',
      time: '1970-01-01T00:00:00.000Z',
      text: 'a',
    });
  });
});
