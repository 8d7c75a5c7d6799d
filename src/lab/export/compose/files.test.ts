import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { container, node } from '../../../runtime/specs.fake.ts';
import { ComposeConfigs } from './files.ts';

const app = (name: string, files: Readonly<Record<string, string>>) =>
  container(name, ['app'], {
    files: Object.entries(files).map(([path, content]) => ({ path, from: { content } })),
  });

describe('configs of a Compose file', () => {
  it('are one for all replicas, and no two files have the same', () => {
    const configs = new ComposeConfigs(new Map(), false);
    const side = app('side', { '/etc/a/b': 'one', '/etc/a_b': 'two' });
    const appSide = app('app-side', { '/etc/a/b': 'three' });
    const mounted = [
      configs.mountsOf(node('web-app', []), side),
      configs.mountsOf(node('web-app', [], { index: 2 }), side),
      configs.mountsOf(node('web', []), appSide),
    ].map((mounts) =>
      mounts.map(({ source, target }) => [target, (configs.configs[source] as { content: string }).content]),
    );
    const both = [
      ['/etc/a/b', 'one'],
      ['/etc/a_b', 'two'],
    ];
    assert.deepEqual(mounted, [both, both, [['/etc/a/b', 'three']]]);
    assert.equal(Object.keys(configs.configs).length, 3);
  });
});
