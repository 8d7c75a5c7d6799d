import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Path, readDocument } from '../document/document.ts';
import { DocumentError } from '../document/problem.ts';
import { writeYaml } from '../document/write.ts';
import { podText, sandboxOf } from './manifest.fake.ts';
import { inManifests } from './origins.ts';

const text = `${podText(
  '  containers: [{ name: app, image: a/b, volumeMounts: [{ name: v, mountPath: /v }] }, { name: two, image: c/d }]\n  volumes: [{ name: v, configMap: { name: c } }]',
)}---
apiVersion: v1
kind: ConfigMap
metadata: { name: c }
data:
  block: |
    one: 1
      two: 2
  line: "one\\ntwo"
`;

describe('places in manifests', () => {
  const made = sandboxOf(text);
  const written = readDocument(writeYaml(made.sandbox), 'sandbox.yaml');
  const tell = (file: string, line: number, column: number, path = '') =>
    inManifests(
      new DocumentError(`/lab/${file} is wrong`, [
        { severity: 'error', at: { file: `/lab/${file}`, line, column }, path, message: 'no' },
      ]),
      {
        ...made,
        texts: new Map([['m.yaml', text]]),
        inFolder: (name) => (name.startsWith('/lab/') ? name.slice(5) : undefined),
      },
    ).message;
  const inSandbox = (path: Path) => {
    const { line, column } = written.positionOf(path);
    return tell('sandbox.yaml', line, column);
  };
  const folder = made.directories[0]!;

  it('stand for those of the sandbox', () => {
    assert.match(
      inSandbox(['nodes', 'web', 'containers', 'app']),
      /m\.yaml:5:36: spec\.containers\[0\]\.image: no$/,
    );
    assert.match(
      inSandbox(['nodes', 'web', 'containers', 'two', 'image']),
      /m\.yaml:5:\d+: spec\.containers\[1\]\.image: no$/,
    );
    assert.match(inSandbox(['nodes', 'web']), /m\.yaml:3:19: metadata\.name: no$/);
    assert.match(tell('sandbox.yaml', 1, 1), /lab\/sandbox\.yaml:1:1: no$/);
  });

  it('stand for those of files: exactly in a block, else at its value', () => {
    assert.equal(tell(`${folder}/block`, 2, 3, 'two'), 'm.yaml is wrong: 1 error\nm.yaml:14:7: two: no');
    assert.equal(
      tell(`${folder}/line`, 2, 1, 'x'),
      'm.yaml is wrong: 1 error\nm.yaml:15:9: data.line: line 2, x: no',
    );
  });

  it('stay where they are in other files', () => {
    const error = new DocumentError('other', [
      { severity: 'error', at: { file: '/other', line: 1, column: 1 }, path: 'x', message: 'no' },
      { severity: 'error', path: '', message: 'nowhere' },
    ]);
    const same = inManifests(error, { ...made, texts: new Map(), inFolder: () => undefined });
    assert.equal(same.message, error.message);
  });
});
