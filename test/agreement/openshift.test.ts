// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to parameters
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readDocument } from '../../src/document/document.ts';
import { ExpressionError, generate } from '../../src/manifest/template/generate.ts';
import { processTemplate } from '../../src/manifest/template/process.ts';
import { skipWithout } from '../required.ts';

/** What tools/openshift answers: OpenShift's own processor, and kubectl's YAML reader. */
interface Answer {
  readonly value: unknown;
  readonly error?: string;
}

const run = promisify(execFile);
const tool = fileURLToPath(new URL('../../tools/openshift', import.meta.url));

const EXPRESSIONS = [
  'test[A-Z0-9]{4}template',
  '[\\d]{3}',
  '[\\w]{70}',
  '[\\a]{70}',
  '[\\A]{40}',
  'strong[\\w]{3}[\\A]{3}',
  'admin[0-9]{2}[A-Z]{2}',
  '[a-zA-Z0-9]{70}',
  '[a-z0-9a-f]{40}',
  '[a-zb-y]{30}',
  '[a-c\\d]{30}',
  '[\\wa-z]{70}',
  '[a-Z]{60}',
  '[0-9a-]{20}',
  '[a-zx]{30}',
  '[a-z]{255}',
  '[a-z]{256}',
  '[a-z]{0}',
  '[a-z]{99999999999999999999}',
  '[a-z]{3',
  '[a-z]',
  'plain',
  '',
  '[ABC]{3}',
  '[Z-A]{3}',
  '[9-0]{3}',
  '[a-a]{3}',
  '[_-z]{3}',
  '[\\x]{3}',
  '[\\w-z]{3}',
  '[-]{3}',
  '[a-z]{2}[a-z]{2}[A-C]{2}',
  '{3}[a-f]{3}[',
];

const parameters = (...list: object[]) => list;
const object = (more: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'one' },
  ...more,
});
const template = (list: object[], objects: object[], more: object = {}) => ({
  apiVersion: 'template.openshift.io/v1',
  kind: 'Template',
  metadata: { name: 'shop' },
  parameters: list,
  objects,
  ...more,
});
const NAME = { name: 'NAME', value: 'shop' };
const COUNT = { name: 'COUNT', value: '3' };

const TEMPLATES: readonly { readonly template: object; readonly given?: Record<string, string> }[] = [
  { template: template(parameters(NAME), [object({ data: { a: '${NAME}', b: '${NAME}-${NAME}-x' } })]) },
  { template: template(parameters(COUNT), [object({ spec: { replicas: '${{COUNT}}', text: '${COUNT}' } })]) },
  {
    template: template(parameters(COUNT), [
      object({ data: { a: 'x${{COUNT}}', b: '${{COUNT}} ', c: '$${COUNT}' } }),
    ]),
  },
  {
    template: template(
      parameters(
        { name: 'YES', value: 'true' },
        { name: 'MAP', value: '{"a": [1, "${YES}"]}' },
        { name: 'TEXT', value: 'not json' },
        { name: 'QUOTED', value: '"text"' },
        { name: 'NULL', value: 'null' },
        { name: 'EMPTY', value: '' },
        { name: 'FLOAT', value: '1.50' },
      ),
      [
        object({
          spec: {
            yes: '${{YES}}',
            map: '${{MAP}}',
            text: '${{TEXT}}',
            quoted: '${{QUOTED}}',
            gone: '${{NULL}}',
            empty: '${{EMPTY}}',
            float: '${{FLOAT}}',
            list: ['${{YES}}', '${MAP}', 1, null, true, { deep: ['${YES}'] }],
          },
        }),
      ],
    ),
  },
  {
    template: template(parameters(NAME), [
      object({ data: { '${NAME}-key': 'a', 'plain-${NONE}': '${NONE} ${{NONE}} ${na-me} ${}' } }),
    ]),
  },
  {
    template: template(parameters({ name: 'A', value: '${B}' }, { name: 'B', value: '${A}' }), [
      object({ data: { one: '${A}', two: '${A} ${B}', three: '${B} ${A} ${A}', four: '${B}${B}${A}' } }),
    ]),
  },
  {
    template: template(parameters(NAME), [
      object({ metadata: { name: 'a', namespace: 'fixed' } }),
      object({ metadata: { name: 'b', namespace: 'x-${NAME}' } }),
    ]),
  },
  {
    template: template(
      parameters(NAME),
      [object({ metadata: { name: 'a', labels: { own: '1', app: 'x' } } }), object({})],
      {
        labels: { app: '${NAME}', '${NAME}-label': 'v', fixed: '${NONE}' },
        message: 'Hello ${NAME}, ${NONE}.',
      },
    ),
  },
  {
    template: template(parameters({ name: 'KEY', generate: 'expression', from: '[a-z0-9]{12}' }), [
      object({ data: { key: '${KEY}', again: '${KEY}' } }),
    ]),
  },
  {
    template: template(
      parameters(
        { name: 'ONE', generate: 'expression', from: 'a[0-9]{4}' },
        { name: 'TWO', generate: 'expression', from: '[A-Z]{4}b', value: 'written' },
        { name: 'THREE', generate: 'expression', from: '[\\w]{8}', required: true },
        { name: 'FOUR', generate: 'expression', from: '' },
      ),
      [object({ data: { all: '${ONE} ${TWO} ${THREE} <${FOUR}>' } })],
    ),
    given: { ONE: 'given' },
  },
  { template: template(parameters({ name: 'KEY', generate: 'expression', from: '[z-a]{3}' }), [object({})]) },
  { template: template(parameters({ name: 'KEY', generate: 'guess', from: 'x' }), [object({})]) },
  {
    template: template(parameters({ name: 'KEY', generate: 'guess', from: 'x', value: 'set' }), [
      object({ data: { a: '${KEY}' } }),
    ]),
  },
  {
    template: template(parameters({ name: 'KEY', generate: 'guess', from: 'x' }), [
      object({ data: { a: '${KEY}' } }),
    ]),
    given: { KEY: 'set' },
  },
  { template: template(parameters({ name: 'KEY', required: true }), [object({})]) },
  {
    template: template(parameters({ name: 'KEY', required: true }), [object({ data: { a: '${KEY}' } })]),
    given: { KEY: 'v' },
  },
  {
    template: template(parameters({ name: 'KEY', required: true, value: 'v' }), [object({})]),
    given: { KEY: '' },
  },
  {
    template: template(
      parameters({ name: 'KEY', required: true, generate: 'expression', from: '[a-z]{3}' }),
      [object({})],
    ),
    given: { KEY: '' },
  },
  { template: template(parameters({ name: 'KEY' }), [object({ data: { a: '<${KEY}>', b: '${{KEY}}' } })]) },
  {
    template: template(parameters(NAME), [
      { apiVersion: '${NAME}/v1', kind: 'X${NAME}', metadata: { name: '${NAME}' } },
    ]),
  },
  { template: template([], []) },
];

const YAML = [
  'a: yes\nb: no\nc: on\nd: Off\ne: y\nf: N\ng: true\nh: "yes"\ni: Yes please\n',
  'a: 0644\nb: 0o17\nc: 0x1F\nd: 010\ne: 1_000\nf: 0b11\ng: "0644"\nh: 08\ni: -5\nj: +7\nk: 0\nl: -012\n',
  'a: 1.5\nb: .5\nc: 1e3\nd: 1.\ne: 1.2.3\nf: 12:30:45\ng: 2001-01-01\nh: 1.0\ni: 1e+5\n',
  'a: ~\nb: null\nc:\nd: Null\ne: ""\nf: \'\'\ng: NULL\n',
  'a: |\n  two\n  lines\nb: >-\n  one\n  line\nc: &x [1, 2]\nd: *x\n',
  'a: !!str 5\nb: !!str true\n',
  'replicas: ${{COUNT}}\nname: ${NAME}\n',
  '{"a": [1, 2.5, true, null, "x\\u00e9"], "b": {}}',
  'a: 1\na: 2\n',
  'a: [1,\n',
  'a:\tb\n',
];

const answersOf = new Map<string, readonly Answer[]>();
const missing = await run('go', ['version']).then(
  () => undefined,
  () => 'go is not installed, which builds OpenShift’s own processor (https://go.dev/dl)',
);

describe('manifests are read as OpenShift and kubectl read them', {
  skip: skipWithout('go', missing),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-openshift-'));
  after(() => rmSync(folder, { recursive: true }));
  before(async () => {
    const program = join(folder, 'openshift');
    await run('go', ['build', '-o', program, '.'], { cwd: tool });
    const asking = run(program, { maxBuffer: 1 << 26 });
    asking.child.stdin!.end(
      JSON.stringify({
        expressions: EXPRESSIONS,
        templates: TEMPLATES.map((one) => ({ given: {}, ...one })),
        yaml: YAML,
      }),
    );
    const answers = JSON.parse((await asking).stdout) as Record<string, readonly Answer[]>;
    for (const [name, list] of Object.entries(answers)) answersOf.set(name, list);
  });

  for (const [index, expression] of EXPRESSIONS.entries()) {
    it(`expression ${JSON.stringify(expression)}`, () => {
      const { value, error } = answersOf.get('expressions')![index]!;
      if (error === undefined) assert.equal(generate(expression, counting()), value);
      else assert.throws(() => generate(expression, counting()), ExpressionError, error);
    });
  }

  for (const [index, { template, given = {} }] of TEMPLATES.entries()) {
    it(`template ${index}: ${JSON.stringify(template).slice(90, 160)}`, () => {
      const { value, error } = answersOf.get('templates')![index]!;
      const { objects, message, problems } = processTemplate(
        readDocument(JSON.stringify(template), 'template.json', 'kubernetes'),
        { given: new Map(Object.entries(given)), remembered: [], pick: counting() },
      );
      assert.equal(problems.length > 0, error !== undefined, error ?? problems[0]?.message);
      if (error !== undefined) return;
      const theirs = value as { objects: unknown[]; message: string };
      assert.deepEqual(
        objects.map((one) => one.value),
        theirs.objects,
      );
      assert.equal(message ?? '', theirs.message);
    });
  }

  for (const [index, text] of YAML.entries()) {
    it(`YAML ${JSON.stringify(text).slice(0, 50)}`, () => {
      const { value, error } = answersOf.get('yaml')![index]!;
      if (error === undefined) assert.deepEqual(readDocument(text, 'x.yaml', 'kubernetes').value, value);
      else assert.throws(() => readDocument(text, 'x.yaml', 'kubernetes'));
    });
  }
});

/** The numbers 0, 1, 2, … in the place of random ones, as the tool has them. */
function counting(): (count: number) => number {
  let next = 0;
  return (count) => next++ % count;
}
