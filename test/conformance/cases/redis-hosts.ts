import type { Case, TcpStep, UpstreamScript } from '../case.ts';
import { redisProxy } from './redis-config.ts';

const keys = Array.from({ length: 24 }, (_, i) => `key-${i}-${'x'.repeat(i)}`);
const gets = keys.map((key) => `get ${key}\r\n`).join('');
const text = (value: string): string => `$${value.length}\r\n${value}\r\n`;

/** A Redis server that says who it is. */
const node = (name: string, more: Record<string, string> = {}): UpstreamScript => ({
  redis: { get: text(name), incr: ':1\r\n', del: ':1\r\n', ...more },
});

/** Hosts known by a name, so that hashes do not depend on ports. */
function hosts(
  fields: Record<string, unknown>,
  weights: readonly number[] = [1, 1, 1],
): Record<string, unknown> {
  const names = ['a', 'b', 'c'];
  return {
    name: 'nodes',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: 'nodes',
      endpoints: [
        {
          lb_endpoints: weights.map((weight, i) => ({
            endpoint: {
              address: { socket_address: { address: '127.0.0.1', port_value: `<${names[i]}>` } },
            },
            metadata: { filter_metadata: { 'envoy.lb': { hash_key: `redis-${names[i]}` } } },
            load_balancing_weight: weight,
          })),
        },
      ],
    },
    ...fields,
  };
}

interface Named {
  readonly name: string;
  readonly cluster?: Record<string, unknown>;
  readonly send?: string;
  readonly client?: readonly TcpStep[];
  readonly nodes?: Record<string, string>;
  readonly only?: Readonly<Record<string, UpstreamScript>>;
  readonly settings?: Record<string, unknown>;
  readonly filter?: Record<string, unknown>;
  readonly rest?: Partial<Case>;
}

/** A client of three Redis servers behind the proxy. */
function three({ name, cluster, send = gets, client, nodes, only, settings, filter, rest }: Named): Case {
  return {
    name: `redis/${name}`,
    upstreams: only ?? { a: node('a', nodes), b: node('b', nodes), c: node('c', nodes) },
    config: redisProxy({
      filter: { prefix_routes: { catch_all_route: { cluster: 'nodes' } }, ...filter },
      ...(settings && { settings }),
      parts: { extraClusters: [cluster ?? hosts({ lb_policy: 'MAGLEV' })] },
    }),
    exchanges: [{ tcp: client ?? [`${send}QUIT\r\n`, { afterEnd: true }] }],
    logLines: 0,
    stats:
      /^(redis\.r\.(command|downstream_rq|splitter)|cluster\.nodes\.(maglev|ring|upstream_(rq|cx|internal)|redis_cluster|lb_healthy))/,
    ...rest,
  };
}

const balancing: readonly Case[] = (
  [
    ['maglev', { lb_policy: 'MAGLEV' }],
    ['maglev with a small table', { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: 11 } }],
    ['maglev with weights', { lb_policy: 'MAGLEV' }, [5, 1, 2]],
    ['maglev of one', { lb_policy: 'MAGLEV' }, [1]],
    ['ring hash', { lb_policy: 'RING_HASH' }],
    ['ring hash with weights', { lb_policy: 'RING_HASH' }, [5, 1, 2]],
    [
      'ring hash, murmur',
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { hash_function: 'MURMUR_HASH_2' } },
    ],
    [
      'ring hash of four points',
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: 4, maximum_ring_size: 4 } },
    ],
    ['ring hash of one', { lb_policy: 'RING_HASH' }, [1]],
    ['maglev by name', byName('MAGLEV')],
    ['ring hash by name', byName('RING_HASH')],
  ] as const
).map(([name, fields, weights]) => three({ name: `by key: ${name}`, cluster: hosts(fields, weights) }));

/** Names of the hosts are hashed, which only those of STRICT_DNS clusters may be. */
function byName(policy: string): Record<string, unknown> {
  const lb_endpoints = ['a', 'b', 'c'].map((name) => ({
    endpoint: {
      address: { socket_address: { address: 'localhost', port_value: `<${name}>` } },
      hostname: `redis-${name}.example`,
    },
  }));
  return {
    type: 'STRICT_DNS',
    dns_lookup_family: 'V4_ONLY',
    lb_policy: policy,
    common_lb_config: { consistent_hashing_lb_config: { use_hostname_for_hashing: true } },
    load_assignment: { cluster_name: 'nodes', endpoints: [{ lb_endpoints }] },
  };
}

const refused: readonly Case[] = (
  [
    ['a table that is no prime', { lb_policy: 'MAGLEV', maglev_lb_config: { table_size: 10 } }],
    [
      'names of hosts given by address',
      {
        lb_policy: 'MAGLEV',
        common_lb_config: { consistent_hashing_lb_config: { use_hostname_for_hashing: true } },
      },
    ],
    [
      'a ring smaller than its minimum',
      { lb_policy: 'RING_HASH', ring_hash_lb_config: { minimum_ring_size: 9, maximum_ring_size: 8 } },
    ],
  ] as const
).map(([name, fields]) =>
  three({ name: `refused: ${name}`, cluster: hosts(fields), rest: { refused: true, exchanges: [] } }),
);

const info = (number: number): string =>
  text(
    `# Server\r\nredis_version:7.0.${number}\r\nuptime_in_seconds:${number * 10}\r\n# Clients\r\nconnected_clients:${number}\r\n# Memory\r\nused_memory:${number * 700_000}\r\nunknown:1\r\n# CPU\r\nused_cpu_sys:1.5\r\n# Keyspace\r\ndb0:keys=${number},expires=1,avg_ttl=${number}\r\n`,
  );

const everywhere: readonly Case[] = [
  three({
    name: 'mget, mset and sums over hosts',
    send: `mget ${keys.join(' ')}\r\nmset ${keys.map((key, i) => `${key} ${i}`).join(' ')}\r\ndel ${keys.join(' ')}\r\n`,
  }),
  three({
    name: 'hash tags',
    settings: { enable_hashtagging: true },
    send: keys
      .map((key) => `get {${key}}a\r\nget b{${key}}\r\nget {}${key}\r\nget ${key}}{\r\nget {${key}\r\n`)
      .join(''),
  }),
  three({ name: 'braces without hash tags', send: keys.map((key) => `get {a}${key}\r\n`).join('') }),
  three({
    name: 'commands for all hosts',
    send: 'flushall\r\nkeys *\r\nslowlog len\r\nslowlog get\r\nslowlog reset\r\nconfig get x\r\nconfig set x y\r\nconfig foo\r\nrole\r\nselect 1\r\nscript flush\r\nscan 0\r\nflushdb\r\n',
    nodes: {
      keys: '*1\r\n+k\r\n',
      'slowlog len': ':2\r\n',
      'slowlog get': '*1\r\n:1\r\n',
      'config get x': '*2\r\n+x\r\n+y\r\n',
      role: '*1\r\n+master\r\n',
      scan: '*2\r\n+0\r\n*1\r\n+k\r\n',
    },
  }),
  three({
    name: 'commands for all hosts that differ',
    send: 'flushall\r\nkeys *\r\nslowlog len\r\nconfig set x y\r\nrole\r\nscan 0\r\ninfo\r\n',
    only: {
      a: node('a', {
        keys: '*0\r\n',
        'slowlog len': ':1\r\n',
        role: '*0\r\n',
        scan: '*0\r\n',
        info: '+x\r\n',
      }),
      b: node('b', {
        flushall: '+NO\r\n',
        keys: '+OK\r\n',
        'slowlog len': ':-1\r\n',
        config: '-ERR b\r\n',
        scan: '*0\r\n',
        info: text(''),
      }),
      c: node('c', {
        keys: '*0\r\n',
        'slowlog len': ':1\r\n',
        config: '-ERR c\r\n',
        role: '*0\r\n',
        info: text(''),
      }),
    },
  }),
  three({
    name: 'info of all hosts',
    send: 'info\r\ninfo server\r\ninfo MEMORY\r\ninfo nothing\r\n',
    only: {
      a: node('a', { info: info(1) }),
      b: node('b', { info: info(2) }),
      c: node('c', { info: info(3) }),
    },
  }),
  three({
    name: 'info.shard',
    send: 'info.shard 0\r\ninfo.shard 1 server\r\nINFO.SHARD 2\r\ninfo.shard 3\r\ninfo.shard x\r\ninfo.shard 1 2 3\r\n',
    only: {
      a: node('a', { info: info(1) }),
      b: node('b', { info: info(2) }),
      c: node('c', { info: info(3) }),
    },
  }),
  three({
    name: 'cluster subcommands',
    send: 'cluster foo\r\ncluster keyslot a\r\nCLUSTER INFO\r\n',
    cluster: hosts({ lb_policy: 'MAGLEV' }, [1]),
  }),
  three({
    name: 'one host gone, the others go on',
    only: { a: node('a'), b: { refuse: true }, c: node('c') },
    client: [gets, { afterBytes: 250 }, `mget ${keys.join(' ')}\r\nquit\r\n`, { afterEnd: true }],
    // How many attempts to connect the commands share depends on when they fail.
    rest: { stats: /^redis\.r\.(command|downstream_rq|splitter)/ },
  }),
];

const routes = {
  prefix_routes: {
    routes: [
      { prefix: 'a:', cluster: 'a' },
      { prefix: 'a:b:', cluster: 'b', remove_prefix: true },
      { prefix: 'f:', cluster: 'c', remove_prefix: true, key_formatter: 'x-%KEY%-y%%' },
    ],
  },
};

const routing: readonly Case[] = [
  three({
    name: 'routes by prefix',
    filter: routes,
    send: 'get a:1\r\nget a:b:1\r\nget f:1\r\nget A:1\r\nget z\r\nmget a:1 a:b:1 f:1 z\r\nmset a:1 1 a:b:1 2\r\ndel a:b:1 f:1\r\neval s 1 a:b:k\r\nget a:b:\r\nflushall\r\nkeys *\r\n',
  }),
  three({
    name: 'routes by prefix, any case, and one for all',
    filter: {
      prefix_routes: {
        ...routes.prefix_routes,
        case_insensitive: true,
        catch_all_route: { cluster: 'nodes' },
      },
    },
    send: 'get A:1\r\nget A:B:1\r\nget F:1\r\nget z\r\nmulti\r\nset a:b:k 1\r\n',
  }),
  three({
    name: 'keys made anew of the connection',
    filter: {
      prefix_routes: {
        catch_all_route: {
          cluster: 'a',
          key_formatter: '%KEY%/%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%/%DOWNSTREAM_LOCAL_PORT%/%REQ(x)%',
        },
      },
    },
    send: 'get k\r\nget %KEY%\r\n',
  }),
  three({
    name: 'reads have a cluster of their own',
    filter: { prefix_routes: { catch_all_route: { cluster: 'a', read_command_policy: { cluster: 'b' } } } },
    send: 'get k\r\nset k 1\r\nincr k\r\nmget k l\r\nmset k 1\r\ndel k\r\nexists k\r\nttl k\r\n',
    nodes: { exists: ':1\r\n' },
  }),
];

const redirection: readonly Case[] = [
  ['moved', '-MOVED 1 127.0.0.1:<b>\r\n'],
  ['ask', '-ASK 1 127.0.0.1:<b>\r\n'],
  ['moved to a name', '-MOVED 1 localhost:1\r\n'],
  ['moved to nowhere', '-MOVED 1 127.0.0.1\r\n'],
  ['moved with more words', '-MOVED 1 2 3\r\n'],
  ['cluster down', '-CLUSTERDOWN The cluster is down\r\n'],
].map(([name, answer]) =>
  three({
    name: `redirections: ${name}`,
    settings: { enable_redirection: true },
    cluster: hosts({ lb_policy: 'MAGLEV' }, [1]),
    only: { a: node('a', { get: answer! }), b: node('b', { asking: '+OK\r\n' }) },
    send: 'get k\r\nset k 1\r\n',
  }),
);

const notFollowed = three({
  name: 'redirections are passed on unless followed',
  cluster: hosts({ lb_policy: 'MAGLEV' }, [1]),
  only: { a: node('a', { get: '-MOVED 1 127.0.0.1:1\r\n' }), b: node('b') },
  send: 'get k\r\n',
});

export const redisHosts: readonly Case[] = [
  ...balancing,
  ...refused,
  ...everywhere,
  ...routing,
  ...redirection,
  notFollowed,
];
