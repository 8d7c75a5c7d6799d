import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** A package of one program, which says whether its code was compiled before: V8 tells a script that took it. */
const root = mkdtempSync(join(tmpdir(), 'envoy-lab-start-'));
const start = join(root, 'dist', 'start');
const cache = join(start, `demo.cjs.${process.version}-${process.arch}.cache`);
const main = join(root, 'main.cjs');
after(() => rmSync(root, { recursive: true }));

beforeEach(() => {
  rmSync(start, { recursive: true, force: true });
  mkdirSync(start, { recursive: true, mode: 0o755 });
  cpSync(fileURLToPath(new URL('../../bin', import.meta.url)), join(root, 'bin'), { recursive: true });
  writeFileSync(join(start, 'demo.cjs'), 'exports.twice = (number) => number * 2;');
  writeFileSync(
    main,
    `const vm = require('node:vm');
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(code, options) {
         super(code, options);
         console.log(options.cachedData === undefined ? 'none' : this.cachedDataRejected ? 'refused' : 'taken');
       }
     };
     console.log(require('./bin/load.js').load(process.argv[2]).twice(21));`,
  );
});

async function run(program = 'demo', ...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, main, program]);
  return stdout.trim().replaceAll('\n', ' ');
}

it('keeps what was compiled at the first start for the later ones', async () => {
  assert.equal(await run(), 'none 42');
  assert.equal(await run(), 'taken 42');
  assert.deepEqual(readdirSync(start).length, 2);
});

it('starts as without it where it does not fit, and leaves it to those it fits', async () => {
  await run();
  assert.equal(await run('demo', '--max-lazy'), 'refused 42');
  assert.equal(await run(), 'taken 42');
  writeFileSync(cache, 'not what V8 wrote');
  assert.equal(await run(), 'refused 42');
});

it('keeps nothing where others may write', async () => {
  chmodSync(start, 0o777);
  assert.equal(await run(), 'none 42');
  assert.equal(await run(), 'none 42');
});

it('says what to do where nothing was built', async () => {
  await assert.rejects(run('other'), { code: 3, stderr: 'other is not built\nhint: npm ci\n' });
});
