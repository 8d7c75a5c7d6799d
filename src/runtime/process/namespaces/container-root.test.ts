import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ContainerSpec } from '../../node-spec.ts';
import { layOutRoot } from './container-root.ts';

const spec = (rest: Partial<ContainerSpec>): ContainerSpec => ({
  name: 'app',
  kind: 'app',
  rootfs: { name: 'base', programs: [], files: [] },
  argv: ['true'],
  env: {},
  files: [],
  volumes: [],
  ready: { kind: 'started' },
  dependsOn: [],
  once: false,
  hash: '',
  ...rest,
});

describe('layOutRoot', () => {
  let folder: string;
  const plan = {
    overlays: ['/usr', '/etc'],
    binds: ['/mnt'],
    symlinks: [{ path: '/bin', target: 'usr/bin' }],
    owned: ['/usr/local'],
  };
  const layOut = (rest: Partial<ContainerSpec>) => {
    rmSync(at(''), { recursive: true, force: true });
    mkdirSync(at(''));
    return layOutRoot(join(folder, 'c'), plan, spec(rest), []);
  };
  const at = (path: string) => join(folder, 'c', path);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-root-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('puts files into the layer above the folder they belong to', () => {
    layOut({
      files: [
        { path: '/etc/deep/a.yaml', from: { content: 'a' } },
        { path: '/usr/local/bin/tool', from: { content: 't' }, mode: 0o755 },
        { path: '/data/x', from: { content: 'x' } },
        { path: '/tmp/y', from: { content: 'y' } },
      ],
    });
    assert.equal(readFileSync(at('up/1/deep/a.yaml'), 'utf8'), 'a');
    assert.equal(statSync(at('up/0/local/bin/tool')).mode & 0o777, 0o755);
    assert.equal(readFileSync(at('root/data/x'), 'utf8'), 'x');
    assert.equal(readFileSync(at('root/tmp/y'), 'utf8'), 'y');
    assert.ok(statSync(at('up/0/local')).isDirectory());
    assert.equal(readlinkSync(at('root/bin')), 'usr/bin');
    assert.equal(statSync(at('root/tmp')).mode & 0o1777, 0o1777);
  });

  it('follows the links the host has on the way', () => {
    // Every machine of today has /bin as a link to usr/bin; where it has not, the path stays.
    layOut({ files: [{ path: '/bin/mine', from: { content: 'm' } }] });
    assert.equal(readFileSync(at('up/0/bin/mine'), 'utf8'), 'm');
  });

  it('copies folders and says what is missing', () => {
    mkdirSync(join(folder, 'src/sub'), { recursive: true });
    writeFileSync(join(folder, 'src/sub/f'), 'f');
    layOut({ files: [{ path: '/etc/tree', from: { hostPath: join(folder, 'src') } }] });
    assert.equal(readFileSync(at('up/1/tree/sub/f'), 'utf8'), 'f');
    const files = [{ path: '/etc/x', from: { hostPath: join(folder, 'none') } }];
    assert.throws(() => layOut({ files }), { code: 'runtime', message: /none.*no such file/ });
  });

  it('refuses what cannot be there', () => {
    assert.throws(() => layOut({ files: [{ path: '/mnt/x', from: { content: '' } }] }), {
      code: 'runtime',
      message: /\/mnt/,
    });
    assert.throws(() => layOut({ files: [{ path: 'x', from: { content: '' } }] }), { code: 'invalid' });
  });

  it('writes what to mount, in order', () => {
    const volumes = [
      { hostPath: folder, path: '/srv data', readOnly: true },
      { hostPath: '/etc/passwd', path: '/etc/users', readOnly: false },
    ];
    const { fstab, root } = layOut({ volumes });
    const lines = readFileSync(fstab, 'utf8').trim().split('\n');
    assert.equal(lines[0], `${root} ${root} none bind 0 0`);
    assert.match(
      lines[1]!,
      /^overlay \S+\/root\/usr overlay lowerdir=\/usr,upperdir=\S+\/up\/0,workdir=\S+\/work\/0,userxattr 0 0$/,
    );
    assert.ok(lines.some((line) => line.endsWith('/root/mnt none rbind,ro 0 0')));
    assert.ok(lines.at(-2)!.endsWith('/root/srv\\040data none rbind,ro 0 0'));
    assert.ok(lines.at(-1)!.endsWith('/root/etc/users none rbind 0 0'));
    assert.ok(statSync(at('root/srv data')).isDirectory());
    assert.ok(statSync(at('up/1/users')).isFile());
  });
});
