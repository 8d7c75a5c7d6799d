import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { SandboxService } from '../../sandbox/sandbox.ts';
import { container, node } from '../specs.fake.ts';
import { noChoices } from './choices.ts';
import { findForwarder } from './forwarder.ts';
import type { ForwarderProgram } from './inputs.ts';
import { resolveService } from './service.ts';

const web: SandboxService = {
  name: 'web',
  at: { file: 's.yaml', line: 1, column: 1 },
  nodes: 'pod',
  ports: [{ name: 'http', port: 80, target: 8080 }],
  publish: [{ name: 'http', port: 80, protocol: 'tcp' }],
  aliases: ['www.example.com'],
  networks: ['back'],
};
const admin = (host: string) =>
  container(`admin-${host}`, {
    ready: { kind: 'admin', addressFile: '/tmp/admin', address: { host, port: 8081 } },
  });
const pod = node('pod', [
  container('app', { ready: { kind: 'http', port: 8080, path: '/healthz' } }),
  container('db', { ready: { kind: 'tcp', port: 5432 } }),
  container('job', { ready: { kind: 'tcp', port: 1 }, once: true }),
  container('sleeper'),
  admin('0.0.0.0'),
  admin('127.0.0.1'),
  container('far', { ready: { kind: 'admin', addressFile: '/tmp/admin' } }),
]);
const program: ForwarderProgram = { execPath: '/bin/node', bundle: '/dist/forwarder.js', hash: 'h1' };
const asProcess = { programs: 'host', choices: noChoices } as const;

it('is a node whose name leads to one forwarder', () => {
  const spec = resolveService(web, [pod], program, asProcess);
  assert.deepEqual(
    [spec.name, spec.group, spec.index, spec.networks, spec.aliases],
    ['web-1', 'web', 1, ['back'], ['www.example.com']],
  );
  assert.deepEqual(spec.publish, [{ name: 'http', port: 80, protocol: 'tcp', hostPort: 80, pinned: false }]);
  const [forwarder, ...others] = spec.containers;
  assert.deepEqual(others, []);
  assert.deepEqual(forwarder!.argv.slice(0, 2), ['/bin/node', '/dist/forwarder.js']);
  assert.deepEqual(forwarder!.steered!.ports, [80]);
  const [file] = forwarder!.files;
  assert.ok(file !== undefined && 'content' in file.from);
  assert.deepEqual(JSON.parse(file.from.content), {
    service: 'web',
    selects: 'pod',
    ports: [{ port: 80, target: 8080 }],
    ready: spec.service!.ready,
  });
});

it('takes the probes that can be asked from outside', () => {
  assert.deepEqual(resolveService(web, [pod], program, asProcess).service, {
    ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' }],
    selects: 'pod',
    ready: [
      { kind: 'http', port: 8080, path: '/healthz' },
      { kind: 'tcp', port: 5432 },
      { kind: 'http', port: 8081, path: '/ready', status: 200 },
    ],
  });
});

it('brings its program along where containers have their own', () => {
  const { containers } = resolveService(web, [pod], program, { ...asProcess, programs: 'image' });
  const { rootfs, argv } = containers[0]!;
  assert.deepEqual(rootfs.programs, [{ name: 'node', hostPath: '/bin/node' }]);
  assert.ok(rootfs.files.some(({ path }) => path === argv[0]));
  assert.ok(rootfs.files.some(({ from }) => 'hostPath' in from && from.hostPath === '/dist/forwarder.js'));
});

it('has no container where the runtime balances', () => {
  const native = resolveService(web, [pod], undefined, asProcess);
  assert.deepEqual(native.containers, []);
  const [port] = web.ports;
  const other = resolveService({ ...web, ports: [{ ...port!, target: 9090 }] }, [pod], undefined, asProcess);
  assert.notEqual(other.hash, native.hash);
});

it('is made anew when what it does changes', () => {
  const hashes = (service: SandboxService, by: ForwarderProgram) => {
    const { hash, containers } = resolveService(service, [pod], by, asProcess);
    return [hash, containers[0]!.hash];
  };
  const before = hashes(web, program);
  assert.deepEqual(hashes(web, program), before);
  const ports = hashes({ ...web, ports: [{ name: 'http', port: 81, target: 8080 }] }, program);
  assert.equal(ports[0], before[0]);
  assert.notEqual(ports[1], before[1]);
  assert.notEqual(hashes(web, { ...program, hash: 'h2' })[1], before[1]);
  assert.notEqual(hashes({ ...web, aliases: [] }, program)[0], before[0]);
});

it('says what to do when the bundle is not built', async () => {
  await assert.rejects(findForwarder({ forwarder: '/nowhere/forwarder.js', machine: {} as never }), {
    code: 'runtime',
    message: /\/nowhere\/forwarder\.js is missing/,
    hint: 'build it: npm run build',
  });
});
