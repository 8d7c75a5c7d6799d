import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Sandbox, SandboxCert, SandboxNode } from '../../sandbox/sandbox.ts';
import { container, lab, node, observed } from '../specs.fake.ts';
import { certificates } from './certificates.ts';

const at = { file: 'sandbox.yaml', line: 1, column: 1 };
const cert = (name: string, names: readonly string[], ca = 'ca'): SandboxCert => ({
  name,
  at,
  names,
  ca,
  days: 1,
  mounts: [
    { node: 'web', container: undefined, directory: `/${name}` },
    { node: 'client', container: 'app', directory: `/${name}` },
  ],
});

function sandbox(...certs: readonly SandboxCert[]): Sandbox {
  const nodes = ['web', 'client'].map((name) => ({ name, containers: [{ name: 'app' }, { name: 'other' }] }));
  return { certs, nodes: nodes as unknown as SandboxNode[] } as unknown as Sandbox;
}

const none = { state: {}, observed: undefined };
const now = new Date('2026-01-01T00:00:00Z');

describe('certificates', () => {
  it('puts them where they are mounted: in all containers of a node, or in one', () => {
    const { files } = certificates(sandbox(cert('web', ['web'])), now, none);
    assert.deepEqual([...files.keys()], ['web/app', 'web/other', 'client/app']);
    assert.deepEqual(
      files.get('web/app')!.map(({ file }) => file.path),
      ['/web/cert.pem', '/web/key.pem', '/web/ca.pem'],
    );
  });

  it('gives only the authority where there are no names', () => {
    const { files } = certificates(sandbox(cert('trust', [])), now, none);
    assert.deepEqual(
      files.get('client/app')!.map(({ file }) => file.path),
      ['/trust/ca.pem'],
    );
  });

  it('mints each certificate once, and each authority once', () => {
    const { files } = certificates(
      sandbox(cert('a', ['a']), cert('b', ['b']), cert('c', ['c'], 'other')),
      now,
      none,
    );
    const content = (path: string, name = 'web/app') =>
      files.get(name)!.find(({ file }) => file.path === path)!.file.from;
    assert.deepEqual(content('/a/key.pem'), content('/a/key.pem', 'client/app'));
    assert.deepEqual(content('/a/ca.pem'), content('/b/ca.pem'));
    assert.notDeepEqual(content('/a/ca.pem'), content('/c/ca.pem'));
  });

  it('keeps what the running lab has, in the same order, until something about the authority changes', () => {
    const first = certificates(sandbox(cert('a', ['a'])), now, none);
    const files = (name: string) => first.files.get(name)!.map(({ file }) => file);
    const running = observed(
      lab(
        node('web', [
          container('app', { files: files('web/app') }),
          container('other', { files: files('web/other') }),
        ]),
        node('client', [container('app', { files: files('client/app') })]),
      ),
    );
    const again = certificates(sandbox(cert('a', ['a'])), now, { state: first.state, observed: running });
    assert.deepEqual(again.files, first.files);
    const changed = certificates(sandbox(cert('a', ['a', 'b'])), now, {
      state: first.state,
      observed: running,
    });
    assert.notEqual(changed.files.get('web/app')![0]!.hash, first.files.get('web/app')![0]!.hash);
    assert.notDeepEqual(changed.files.get('web/app')![0]!.file, first.files.get('web/app')![0]!.file);
  });
});
