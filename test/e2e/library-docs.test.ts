import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { requireOracle } from '../oracle.ts';
import { Consumer } from './consumer.ts';
import { Household } from './household.ts';

const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8');
const page = read('docs/library.md');
const oracle = requireOracle();

/** The page's programs, by the line they begin at. */
const programs = [...page.matchAll(/^```(ts|js)\n(.*?)^```/gms)].map(({ index, 1: language, 2: code }) => ({
  line: page.slice(0, index).split('\n').length + 1,
  language: language!,
  code: code!,
}));

/** What is exported, with the comment above it. */
interface Documented {
  readonly file: string;
  readonly name: string;
  readonly comment: string;
}

const sources = readdirSync(fileURLToPath(new URL('../../src/library', import.meta.url)))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => ({ file, text: read(`src/library/${file}`) }));

function documented(pattern: RegExp): Documented[] {
  return sources.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(({ 1: comment = '', 2: name }) => ({ file, name: name!, comment })),
  );
}

const comment = /(?:(\/\*\*(?:(?!\*\/)[\s\S])*\*\/)\n)?/.source;
const exported = documented(
  new RegExp(
    `^${comment}export (?:async )?(?:interface|type|function|class) (\\w+)(?![\\w,]| }|.*from )`,
    'gm',
  ),
);
const methods = documented(new RegExp(`^  ${comment.replace('\\n', '\\n  ')}(\\w+)\\(`, 'gm')).filter(
  ({ file, name }) => file === 'lab.ts' && name !== 'constructor',
);
const examples = [...exported, ...methods].flatMap(({ name, comment }) => {
  const found = [...comment.matchAll(/@example\n((?:\s*\* (?!@).*\n)+)/g)];
  return found.map(([, lines]) => ({ name, code: lines!.replace(/^\s*\* ?/gm, '') }));
});

describe('a project that has the published package', () => {
  const consumer = new Consumer();
  const house = new Household(oracle.skip ? {} : { ENVOY_PATH: oracle.path });
  after(async () => {
    consumer[Symbol.dispose]();
    await house[Symbol.asyncDispose]();
  });

  it('compiles every program of docs/library.md and every example of the sources, as strictly as can be', async () => {
    for (const { line, language, code } of programs) consumer.write(`line-${line}.${language}`, code);
    const names = "import { type Lab, LabError, labs, open, up } from 'envoy-lab';";
    const node = "import assert from 'node:assert/strict';\nimport { connect } from 'node:net';";
    const functions = examples.map(({ code }) => `async () => {\n${code}\n},`).join('\n');
    consumer.write(
      'examples.ts',
      `${node}\n${names}\ndeclare const lab: Lab;\nexport default [connect, LabError, labs, open, up, assert, ${functions}];`,
    );
    const { code, output } = await consumer.compile();
    assert.equal(code, 0, output);
  });

  it('is told by the types what is wrong', async () => {
    using wrong = new Consumer();
    wrong.write(
      'wrong.ts',
      [
        "import { up } from 'envoy-lab';",
        "const lab = await up('front-proxy', { engin: 'envoy' });",
        'await lab.scale({ service1: "3" });',
        'lab.name = "other";',
        "const status: string = (await lab.curl('http://a/')).status;",
      ].join('\n'),
    );
    const { output } = await wrong.compile();
    const lines = [...output.matchAll(/^wrong\.ts\((\d+),.*error/gm)].map(([, line]) => Number(line));
    assert.deepEqual(lines, [2, 3, 4, 5], output);
  });

  for (const { line, language, code } of programs) {
    const skip = code.includes("'envoy'") && oracle.skip;
    it(`runs the program at docs/library.md:${line}`, { skip }, async () => {
      const file = language === 'ts' ? `out/line-${line}.js` : `line-${line}.js`;
      const ended = await consumer.run(file, house.env);
      assert.equal(ended.code, 0, ended.output);
      await house.assertClean();
    });
  }

  it('is required by CommonJS too', async () => {
    consumer.write('old.cjs', "require('envoy-lab').labs().then((labs) => console.log(labs.length));");
    const { code, output } = await consumer.run('old.cjs', house.env);
    assert.deepEqual([code, output], [0, '0\n']);
  });
});

describe('docs/library.md', () => {
  it('shows programs', () => {
    assert.ok(programs.length >= 10);
  });

  it('names every method of a lab and every option of up', () => {
    const code = [...page.matchAll(/`([^`\n]+)`/g)]
      .map(([, text]) => text!)
      .concat(programs.map((p) => p.code));
    const missing = (names: readonly string[]) =>
      names.filter((name) => !code.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
    assert.deepEqual(missing(methods.map(({ name }) => name)), []);
    const { text } = sources.find(({ file }) => file === 'options.ts')!;
    const members = (name: string) =>
      [
        ...text
          .split(`export interface ${name} `)[1]!
          .split('\n}')[0]!
          .matchAll(/^ {2}readonly (\w+)/gm),
      ].map(([, member]) => member!);
    const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!);
    const taken = ['UpOptions', 'OpenOptions', 'WaitOptions', 'CallOptions'].flatMap(members);
    assert.deepEqual([...rows].sort(), [...taken].sort());
  });
});

describe('the comments of what is exported', () => {
  it('are there', () => {
    assert.ok(exported.length >= 30 && methods.length >= 20, `${exported.length}, ${methods.length}`);
    assert.deepEqual(
      [...exported, ...methods]
        .filter((each) => each.comment === '')
        .map(({ file, name }) => `${file}: ${name}`),
      [],
    );
  });

  it('have an example for each function and method', () => {
    const shown = new Set(examples.map(({ name }) => name));
    const wanted = ['up', 'open', 'labs', 'Lab', 'CurlAnswer', ...methods.map(({ name }) => name)];
    assert.deepEqual(
      wanted.filter((name) => !shown.has(name)),
      [],
    );
  });
});
