import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fstabLine, parseMountPoints, planRoot, type RootEntry } from './root-plan.ts';

const folder = (name: string): RootEntry => ({ name, kind: 'directory' });

describe('planRoot', () => {
  it('overlays folders, repeats links, and leaves out what a container has of its own', () => {
    const entries: RootEntry[] = [
      { name: 'bin', kind: 'symlink', target: 'usr/bin' },
      ...['usr', 'etc', 'proc', 'sys', 'dev', 'run', 'tmp', 'lost+found'].map(folder),
      { name: 'swapfile', kind: 'other' },
    ];
    assert.deepEqual(planRoot(entries, ['/', '/proc'], []), {
      overlays: ['/usr', '/etc'],
      binds: [],
      symlinks: [{ path: '/bin', target: 'usr/bin' }],
      owned: [],
    });
  });

  it('binds a folder with mounts below it, but not one that is a mount', () => {
    const plan = planRoot([folder('home'), folder('var'), folder('vara')], ['/home', '/var/lib/x'], []);
    assert.deepEqual([plan.overlays, plan.binds], [['/home', '/vara'], ['/var']]);
  });

  it('gives a container what another user owns, where it is an overlay', () => {
    const { owned } = planRoot([folder('var'), folder('usr')], ['/usr/x'], [], ['/var/log', '/usr/local']);
    assert.deepEqual(owned, ['/var/log']);
  });

  it('leaves out what may not be looked into', () => {
    const { overlays, binds } = planRoot([{ ...folder('secret'), readable: false }], [], []);
    assert.deepEqual([overlays, binds], [[], []]);
  });

  it('binds a folder whose name overlayfs would misread', () => {
    assert.deepEqual(planRoot([folder('a,b'), folder('c:d')], [], []).binds, ['/a,b', '/c:d']);
  });

  it('shows what must be seen in hidden folders', () => {
    const { binds } = planRoot(
      [folder('opt')],
      [],
      ['/tmp/clone', '/tmp/clone', '/opt/envoy', '/run/x/node'],
    );
    assert.deepEqual(binds, ['/tmp/clone', '/run/x/node']);
  });
});

it('reads mount points, escapes included', () => {
  const text = [
    '22 28 0:20 / /proc rw,relatime - proc proc rw',
    '30 28 0:25 / /mnt/a\\040b rw,relatime shared:1 - tmpfs tmpfs rw',
    '',
  ].join('\n');
  assert.deepEqual(parseMountPoints(text), ['/proc', '/mnt/a b']);
});

it('writes lines of fstab that mount(8) reads back', () => {
  assert.equal(fstabLine('/a b', '/c\td\\', 'none', 'bind'), '/a\\040b /c\\011d\\134 none bind 0 0\n');
});
