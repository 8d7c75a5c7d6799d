import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument } from '../../document/document.ts';
import type { EnvoyConfig } from '../config.ts';
import type { EngineMachine } from '../engine.ts';
import { envoy } from '../envoy.ts';
import { ts } from '../ts.ts';
import { unsteerable } from './unsteerable.ts';

const machine: EngineMachine = {
  env: {},
  version: '0.0.0',
  execPath: process.execPath,
  proxyBundle: '',
  proxyCommand: '',
  folders: [],
};

const network = { address: '127.99.0.2', dnsAddress: '127.99.0.1', dnsPort: '5300', names: [] };

function configOf(text: string): EnvoyConfig {
  return {
    path: '/s/envoy.yaml',
    shown: 'envoy.yaml',
    text,
    document: readDocument(text, 'envoy.yaml', 'envoy'),
  };
}

it('our own data plane is only told which ports it opens', () => {
  const text =
    'admin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }\nstatic_resources: { listeners: [{ address: { socket_address: { address: 0.0.0.0, port_value: 80 } } }] }\n';
  const request = { container: 'ts', programs: 'host', config: configOf(text) } as const;
  const args = [
    '--config-yaml',
    'static_resources: { listeners: [{ address: { socket_address: { port_value: 443 } } }] }',
  ];
  const ours = ts.use({ path: '/bundle.mjs', version: '0.0.0' }, machine);
  const { argv, steered: told } = ours.program({ ...request, args, sharedNetwork: network });
  assert.deepEqual(told, { argv, files: [], ports: [9901, 80, 443] });
  assert.equal(ours.program({ ...request, args }).steered, undefined);
});

function steered(text: string, args: readonly string[] = []) {
  const program = envoy.use({ path: '/bin/envoy', version: '1.40.0' }, machine).program({
    container: 'envoy',
    programs: 'host',
    config: configOf(text),
    args,
    sharedNetwork: network,
  });
  assert.ok(program.steered !== undefined);
  return { ...program, steered: program.steered };
}

describe('the real Envoy on a network that nodes share', () => {
  it("is started on a config beside the user's, which stays as it is", () => {
    const text = '# mine\nadmin: { address: { socket_address: { address: 0.0.0.0, port_value: 9901 } } }\n';
    const { files, argv, steered: own } = steered(text);
    assert.deepEqual(files, [{ path: '/etc/envoy/envoy.yaml', from: { content: text } }]);
    assert.equal(argv[argv.indexOf('-c') + 1], '/etc/envoy/envoy.yaml');
    const [file] = own.files;
    assert.equal(own.argv[own.argv.indexOf('-c') + 1], file!.path);
    assert.equal(JSON.parse(file!.content).admin.address.socket_address.address, network.address);
    assert.deepEqual(own.ports, [9901]);
  });

  it('leaves no shared memory on the machine', () => {
    const { argv, steered: own } = steered('{}');
    assert.ok(argv.includes('--use-dynamic-base-id'));
    assert.ok(!own.argv.includes('--use-dynamic-base-id') && own.argv.includes('--disable-hot-restart'));
  });

  it('gets what stands in --config-yaml moved too, with the ports in it', () => {
    const yaml = 'admin: { address: { socket_address: { address: 127.0.0.1, port_value: 81 } } }';
    for (const args of [['--config-yaml', yaml], [`--config-yaml=${yaml}`]]) {
      const { argv, ports } = steered('{}', args).steered;
      const moved = {
        admin: { address: { socket_address: { address: network.address, port_value: 81 } } },
      };
      assert.ok(
        argv.some((word) => word.endsWith(JSON.stringify(moved))),
        argv.join(' '),
      );
      assert.deepEqual(ports, [81]);
    }
  });

  it('has an admin interface on its address when nobody gave it one', () => {
    assert.match(steered('{}').steered.argv.join(' '), /--config-yaml \{"admin".*127\.99\.0\.2/);
  });

  it('is not steered where nodes have networks of their own', () => {
    const { steered: none } = envoy.use({ path: '/bin/envoy', version: '1.40.0' }, machine).program({
      container: 'envoy',
      programs: 'host',
      config: configOf('{}'),
      args: [],
    });
    assert.equal(none, undefined);
  });

  it('refuses what cannot be steered, with its place', () => {
    const text = `dynamic_resources:
  lds_config: { ads: {} }
  cds_config: { path_config_source: { path: /etc/cds.yaml } }
static_resources:
  clusters:
    - name: a
      eds_cluster_config: { eds_config: { path_config_source: { path: /etc/eds.yaml } } }
    - name: b
      eds_cluster_config: { eds_config: { ads: {} } }
`;
    assert.deepEqual(
      unsteerable(configOf(text)).map(({ path, at }) => `${at?.line}:${at?.column} ${path}`),
      [
        '2:3 dynamic_resources.lds_config',
        '3:3 dynamic_resources.cds_config',
        '7:29 static_resources.clusters[0].eds_cluster_config.eds_config',
      ],
    );
    assert.deepEqual(unsteerable(configOf('dynamic_resources: { cds_config: { ads: {} } }')), []);
  });
});
