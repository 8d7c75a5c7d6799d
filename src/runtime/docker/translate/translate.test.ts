import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ContainerSpec } from '../../node-spec.ts';
import { dialectOf } from '../dialect.ts';
import { bareNodeOf, containerSpecOf, identityOf, label, portsOf } from '../labels.ts';
import { container, identity, node } from '../specs.fake.ts';
import { containerOptions } from './container.ts';
import { holderOptions } from './holder.ts';
import { networkOptions } from './network.ts';

const docker = dialectOf('docker');
const podman = dialectOf('podman');

describe('a network in the words of an engine', () => {
  it('is named after lab and network and says whose it is', () => {
    const { Name, Labels, CheckDuplicate } = networkOptions(identity, 'back', 1234);
    assert.equal(Name, 'shop.back');
    assert.equal(CheckDuplicate, true);
    assert.deepEqual(identityOf(Labels!), identity);
    assert.equal(Labels![label.owner], '1000');
  });
});

describe('a holder in the words of an engine', () => {
  const ports = [
    { name: 'http', port: 80, protocol: 'tcp', hostPort: 8080 },
    { name: 'again', port: 80, protocol: 'tcp', hostPort: 8081 },
    { name: 'dns', port: 53, protocol: 'udp', hostPort: 5353 },
  ] as const;
  const spec = node('web', [container('app')], { aliases: ['site', 'web'], networks: ['default', 'back'] });
  const { create, networks } = holderOptions(identity, spec, {
    image: 'base:1',
    ports,
    order: 7,
    dialect: docker,
  });

  it('has the name, the host name and all the names others call the node by', () => {
    assert.equal(create.name, 'shop.web-1');
    assert.equal(create.Hostname, 'web-1');
    assert.equal(create.Image, 'base:1');
    const endpoint = { Aliases: ['web-1', 'web', 'site'] };
    assert.deepEqual(create.NetworkingConfig?.EndpointsConfig, { 'shop.default': endpoint });
    assert.equal(create.HostConfig?.NetworkMode, 'shop.default');
    assert.deepEqual(networks, [{ name: 'shop.back', endpoint }]);
  });

  it('publishes on 127.0.0.1 only', () => {
    const at = (HostPort: string) => ({ HostIp: '127.0.0.1', HostPort });
    assert.deepEqual(create.HostConfig?.PortBindings, {
      '80/tcp': [at('8080'), at('8081')],
      '53/udp': [at('5353')],
    });
    assert.deepEqual(Object.keys(create.ExposedPorts!), ['80/tcp', '53/udp']);
  });

  it('has the lines of /etc/hosts that the node asks for, which those who join share', () => {
    assert.ok(!('ExtraHosts' in create.HostConfig!));
    const named = node('web', [], { hosts: { 'db.example.com': '192.0.2.7', six: '2001:db8::1' } });
    const place = { image: 'base:1', ports: [], order: 7, dialect: docker };
    const { HostConfig } = holderOptions(identity, named, place).create;
    assert.deepEqual(HostConfig?.ExtraHosts, ['db.example.com:192.0.2.7', 'six:2001:db8::1']);
  });

  it('carries the node without the containers, which carry themselves', () => {
    const { containers, ...rest } = spec;
    assert.deepEqual(bareNodeOf(create.Labels!), { ...rest, containers: ['app'] });
    assert.deepEqual(portsOf(create.Labels!), ports);
  });

  it('lets any user open any port', () => {
    assert.deepEqual(create.HostConfig?.Sysctls, { 'net.ipv4.ip_unprivileged_port_start': '0' });
  });
});

describe('a container in the words of an engine', () => {
  const app = container('app', {
    argv: ['node', '-e', '1'],
    env: { A: '1', B: 'x=y' },
    user: 'nobody',
    workdir: '/srv',
    volumes: [{ hostPath: '/data:1', path: '/srv', readOnly: true }],
  });
  const spec = node('web', [app]);
  const place = { holder: 'abc', image: 'hello:1', dialect: docker };
  const options = containerOptions(identity, spec, app, place);

  it('joins the network and the processes of its holder', () => {
    assert.equal(options.HostConfig?.NetworkMode, 'container:abc');
    assert.equal(options.HostConfig?.PidMode, 'container:abc');
  });

  it('runs its command letter by letter, whatever the image would run', () => {
    assert.deepEqual(options.Entrypoint, ['node', '-e', '1']);
    assert.deepEqual(options.Cmd, []);
    assert.deepEqual(options.Env, ['A=1', 'B=x=y']);
    assert.equal(options.User, 'nobody');
    assert.equal(options.WorkingDir, '/srv');
    const own = containerOptions(identity, spec, container('app', { argv: [] }), place);
    assert.ok(!('Entrypoint' in own));
  });

  it('leaves an image of a registry its own entrypoint, arguments and signal to stop by', () => {
    const rootfs = { name: 'quay.io/x/y:1', programs: [], files: [], reference: 'quay.io/x/y:1' };
    const own = (rest: Partial<ContainerSpec>) =>
      containerOptions(identity, spec, container('app', { rootfs, ...rest }), place);
    const bare = own({ argv: [] });
    for (const key of ['Entrypoint', 'Cmd', 'User', 'WorkingDir', 'StopSignal'])
      assert.ok(!(key in bare), key);
    const given = own({ argv: [], args: ['--port', '80'] });
    assert.deepEqual([given.Entrypoint, given.Cmd], [undefined, ['--port', '80']]);
    const replaced = own({ argv: ['sh', '-c', 'true'] });
    assert.deepEqual([replaced.Entrypoint, replaced.Cmd], [['sh', '-c', 'true'], []]);
    assert.equal(options.StopSignal, 'SIGTERM');
  });

  it('binds volumes, also of folders with a colon, and never makes them', () => {
    assert.deepEqual(options.HostConfig?.Mounts, [
      { Type: 'bind', Source: '/data:1', Target: '/srv', ReadOnly: true },
    ]);
    assert.equal(options.HostConfig?.Binds, undefined);
  });

  it('carries its spec, and the node as it is now only when the node was changed', () => {
    assert.deepEqual(containerSpecOf(options.Labels!), app);
    assert.equal(options.Labels![label.nodeSpec], undefined);
    const later = containerOptions(identity, spec, app, { ...place, revision: 2 });
    assert.equal(later.Labels![label.revision], '2');
    assert.deepEqual(bareNodeOf(later.Labels!).containers, ['app']);
  });

  it('is told its host name only where the engine wants that', () => {
    assert.equal(options.Hostname, undefined);
    assert.equal(containerOptions(identity, spec, app, { ...place, dialect: podman }).Hostname, 'web-1');
  });
});
