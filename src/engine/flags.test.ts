import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument } from '../document/document.ts';
import type { EnvoyConfig } from './config.ts';
import { adminAddressFile, adminAddressPath, envoyFlags, isConfigPath } from './flags.ts';
import { envoyProgram } from './program.ts';

const config = (text: string, path = '/s/envoy.yaml'): EnvoyConfig => ({
  path,
  shown: 'envoy.yaml',
  text,
  document: readDocument(text, path, 'envoy'),
});
const withAdmin = config('admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }');
const withoutAdmin = config('static_resources: {}');
const flags = (given: EnvoyConfig, ...args: string[]) =>
  envoyFlags({ container: 'envoy', config: given, programs: 'host', args });

describe('envoyFlags', () => {
  it('starts one worker, with a base id of its own, and logs flushed soon', () => {
    assert.deepEqual(flags(withAdmin), [
      ...['-c', '/etc/envoy/envoy.yaml'],
      ...['--concurrency', '1'],
      ...['--file-flush-interval-msec', '100'],
      '--use-dynamic-base-id',
      ...['--admin-address-path', adminAddressPath],
    ]);
  });

  it('adds what the user says, and leaves out what that replaces', () => {
    const given = flags(withAdmin, '--concurrency=4', '--base-id', '7', '-l', 'debug');
    assert.deepEqual(given.slice(-5), ['--concurrency=4', '--base-id', '7', '-l', 'debug']);
    assert.equal(given.filter((word) => word.startsWith('--concurrency')).length, 1);
    assert.ok(!given.includes('--use-dynamic-base-id'));
  });

  it('gives a config without an admin interface one on the loopback', () => {
    const given = flags(withoutAdmin);
    const yaml = JSON.parse(given[given.indexOf('--config-yaml') + 1]!);
    assert.deepEqual(yaml.admin.address.socket_address, { address: '127.0.0.1', port_value: 0 });
    assert.ok(!flags(withAdmin).includes('--config-yaml'));
  });

  it('puts it into the --config-yaml the user gives', () => {
    const given = flags(withoutAdmin, '--config-yaml', 'node: { id: me }');
    assert.equal(given.filter((word) => word === '--config-yaml').length, 1);
    const yaml = JSON.parse(given.at(-1)!);
    assert.equal(yaml.node.id, 'me');
    assert.equal(yaml.admin.address.socket_address.port_value, 0);
    const own = 'admin: { address: { socket_address: { address: 127.0.0.1, port_value: 1 } } }';
    assert.equal(flags(withoutAdmin, `--config-yaml=${own}`).at(-1), `--config-yaml=${own}`);
  });

  it('names the config as Envoy reads it', () => {
    assert.equal(flags(config('{}', '/s/envoy.json'))[1], '/etc/envoy/envoy.json');
    assert.ok(isConfigPath('/etc/envoy/envoy.json') && !isConfigPath('/etc/envoy/other.yaml'));
  });
});

describe('envoyProgram', () => {
  it('is ready when its admin interface is, wherever the user wants its address written', () => {
    const rootfs = { name: 'envoy', programs: [], files: [] };
    const request = { container: 'envoy', config: withAdmin, programs: 'host' as const, args: [] };
    const program = envoyProgram(['envoy'], rootfs, request);
    assert.equal(program.ready.kind === 'admin' && program.ready.addressFile, adminAddressPath);
    assert.deepEqual(program.files, [{ path: '/etc/envoy/envoy.yaml', from: { content: withAdmin.text } }]);
    assert.equal(program.argv[0], 'envoy');
    assert.equal(adminAddressFile(['--admin-address-path', '/x']), '/x');
    assert.equal(adminAddressFile(['--admin-address-path=/y']), '/y');
  });
});
