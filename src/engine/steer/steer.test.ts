import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labResolver } from './dns.ts';
import { portsOf, steerBootstrap, steerConfig } from './steer.ts';

const network = {
  address: '127.99.0.2',
  dnsAddress: '127.99.0.1',
  dnsPort: '5300',
  names: ['web', 'api', 'api.example.test'],
};
const resolver = labResolver(network);
const at = (address: string, port = 8080) => ({ socket_address: { address, port_value: port } });
const here = (port = 8080) => at(network.address, port);
const cluster = (name: string, ...addresses: readonly string[]) => ({
  name,
  load_assignment: {
    endpoints: [{ lb_endpoints: addresses.map((address) => ({ endpoint: { address: at(address) } })) }],
  },
});
/** The clusters of a config with these, steered. */
function clusters(...list: readonly unknown[]): Record<string, unknown>[] {
  const steered = steerConfig({ static_resources: { clusters: list } }, network);
  return (steered as { static_resources: { clusters: Record<string, unknown>[] } }).static_resources.clusters;
}
const bind = { source_address: { address: network.address, port_value: 0 } };

describe('a steered config', () => {
  it('listens on the address of the node, wherever it said all or localhost', () => {
    for (const address of ['0.0.0.0', '127.0.0.1', '::', '::1', 'localhost']) {
      const config = {
        admin: { address: at(address, 1) },
        static_resources: {
          listeners: [{ address: at(address, 2), additional_addresses: [{ address: at(address, 3) }] }],
        },
      };
      assert.deepEqual(steerConfig(config, network), {
        admin: { address: here(1) },
        static_resources: { listeners: [{ address: here(2), additional_addresses: [{ address: here(3) }] }] },
      });
    }
  });

  it('has no IPv4 beside what was an IPv6 address, and knows both spellings of fields', () => {
    const address = { socketAddress: { address: '::', portValue: 80, ipv4Compat: true } };
    assert.deepEqual(steerConfig({ admin: { address } }, network), {
      admin: { address: { socketAddress: { address: network.address, portValue: 80 } } },
    });
  });

  it('leaves other addresses, pipes and what only looks like an address', () => {
    const config = {
      admin: { address: at('192.0.2.1') },
      static_resources: {
        listeners: [{ address: { pipe: { path: '/tmp/x' } }, name: '0.0.0.0' }],
        clusters: [cluster('outside', 'example.com')],
      },
      layered_runtime: { layers: [{ static_layer: { a: '127.0.0.1' } }] },
    };
    assert.deepEqual(steerConfig(config, network), config);
  });

  it('reaches an endpoint that is local to the node at its address', () => {
    for (const address of ['127.0.0.1', 'localhost']) {
      const [steered] = clusters(cluster('app', address));
      assert.deepEqual(steered, {
        ...cluster('app', network.address),
        upstream_bind_config: bind,
      });
    }
  });

  it("connects from the node's address to what is in the lab, and to nothing else", () => {
    const inLab = ['web', 'WEB', 'api-2', 'api.example.test', '127.64.0.9'];
    for (const address of inLab)
      assert.deepEqual(clusters(cluster('c', address))[0]!.upstream_bind_config, bind, address);
    assert.equal(clusters(cluster('c', 'web', 'example.com'))[0]!.upstream_bind_config, undefined);
    assert.equal(clusters(cluster('c', 'webs'))[0]!.upstream_bind_config, undefined);
    assert.equal(clusters({ name: 'original', type: 'ORIGINAL_DST' })[0]!.upstream_bind_config, undefined);
  });

  it('keeps where the user says to connect from', () => {
    const own = { source_address: { address: '127.0.0.9', port_value: 0 } };
    assert.deepEqual(
      clusters({ ...cluster('c', 'web'), upstream_bind_config: own })[0]!.upstream_bind_config,
      own,
    );
    const config = {
      cluster_manager: { upstream_bind_config: own },
      static_resources: { clusters: [cluster('c', 'web')] },
    };
    assert.deepEqual(steerConfig(config, network), config);
  });

  it("asks the lab's DNS, unless it names servers of its own", () => {
    assert.deepEqual(steerBootstrap({}, network), { typed_dns_resolver_config: resolver });
    const typed = (name: string, rest = {}) => ({
      name: 'x',
      typed_config: { '@type': `type.googleapis.com/envoy.extensions.network.dns_resolver.${name}`, ...rest },
    });
    const system = [
      typed('getaddrinfo.v3.GetAddrInfoDnsResolverConfig'),
      typed('cares.v3.CaresDnsResolverConfig'),
    ];
    for (const config of system) {
      assert.deepEqual(steerBootstrap({ typed_dns_resolver_config: config }, network), {
        typed_dns_resolver_config: resolver,
      });
      const [steered] = clusters({ name: 'c', typed_dns_resolver_config: config });
      assert.deepEqual(steered!.typed_dns_resolver_config, resolver);
    }
    const named = {
      typed_dns_resolver_config: typed('cares.v3.CaresDnsResolverConfig', {
        resolvers: [at('192.0.2.53', 53)],
      }),
    };
    assert.deepEqual(steerBootstrap(named, network), named);
  });

  it("gives the cache of a dynamic forward proxy the lab's DNS", () => {
    const filter = { typed_config: { dns_cache_config: { name: 'cache' } } };
    assert.deepEqual(steerConfig(filter, network), {
      typed_config: { dns_cache_config: { name: 'cache', typed_dns_resolver_config: resolver } },
    });
  });

  it('does not change the config it was given', () => {
    const config = {
      admin: { address: at('0.0.0.0') },
      static_resources: { clusters: [cluster('c', 'localhost')] },
    };
    const before = structuredClone(config);
    steerBootstrap(config, network);
    assert.deepEqual(config, before);
  });

  it('copes with what is no config', () => {
    for (const value of [
      null,
      undefined,
      'text',
      [],
      { static_resources: null },
      { static_resources: { clusters: 3 } },
    ])
      assert.doesNotThrow(() => steerBootstrap(value, network));
  });

  it('tells which TCP ports it opens', () => {
    const config = {
      admin: { address: at('0.0.0.0', 9901) },
      static_resources: {
        listeners: [
          { address: at('0.0.0.0', 80) },
          { address: { socket_address: { protocol: 'UDP', address: '0.0.0.0', port_value: 53 } } },
          { address: at('0.0.0.0', 0) },
          { address: { pipe: { path: '/x' } } },
        ],
      },
    };
    assert.deepEqual(portsOf(config), [9901, 80]);
    assert.deepEqual(portsOf(null), []);
  });
});
