import type { Case, TcpStep, UpstreamScript } from '../case.ts';
import { redisProxy } from './redis-config.ts';

/** All that the filter and its cluster count. */
const stats = /^(redis\.|cluster\.up\.(upstream_|redis_cluster|circuit_breakers))/;
const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

interface Named {
  readonly name: string;
  /** Sent at once, QUIT after it. */
  readonly send?: string;
  readonly client?: readonly TcpStep[];
  readonly redis?: UpstreamScript['redis'];
  readonly filter?: Record<string, unknown>;
  readonly settings?: Record<string, unknown>;
  readonly cluster?: Record<string, unknown>;
  readonly rest?: Partial<Case>;
}

/** A client of one Redis server behind the proxy. */
function one({ name, send = '', client, redis = {}, filter, settings, cluster, rest }: Named): Case {
  return {
    name: `redis/${name}`,
    upstreams: { up: { redis } },
    config: redisProxy({
      ...(filter && { filter }),
      ...(settings && { settings }),
      ...(cluster && { cluster }),
    }),
    exchanges: [{ tcp: client ?? [`${send}QUIT\r\n`, { afterEnd: true }] }],
    logLines: 0,
    stats,
    ...rest,
  };
}

const values = { 'get a': bulk('1'), 'get b': bulk('2'), get: '$-1\r\n' };

const commands: readonly Case[] = [
  one({ name: 'get and set', send: 'set a 1\r\nget a\r\nGET missing\r\n', redis: values }),
  one({
    name: 'every kind of answer is passed on',
    send: 'get a\r\nget b\r\nget c\r\nget d\r\nget e\r\nget f\r\n',
    redis: {
      'get a': ':-42\r\n',
      'get b': '-ERR no\r\n',
      'get c': '*3\r\n:1\r\n*2\r\n+a\r\n$-1\r\n*0\r\n',
      'get d': '*-1\r\n',
      'get e': bulk('\r\n\xff\0'),
      'get f': ':9223372036854775807\r\n',
    },
  }),
  one({
    name: 'answers of RESP3',
    send: 'get a\r\nget b\r\nget c\r\nget d\r\nget e\r\nget f\r\nget g\r\nmget d c f\r\n',
    redis: {
      'get a': '%1\r\n+a\r\n:1\r\n',
      'get b': '~2\r\n+a\r\n#t\r\n',
      'get c': ',1.5\r\n',
      'get d': '(12345678901234567890\r\n',
      'get e': '=7\r\ntxt:abc\r\n',
      'get f': '!3\r\nERR\r\n',
      'get g': '|1\r\n+a\r\n+b\r\n#f\r\n',
    },
  }),
  one({ name: 'mget', send: 'mget a b c\r\n', redis: values }),
  one({
    name: 'mget of what is no text',
    send: 'mget a b c d\r\n',
    redis: { 'get a': bulk('1'), 'get b': ':1\r\n', 'get c': '-WRONGTYPE x\r\n', 'get d': '*0\r\n' },
  }),
  one({ name: 'mset', send: 'mset a 1 b 2\r\n' }),
  one({ name: 'mset with an error', send: 'mset a 1 b 2\r\n', redis: { 'set b 2': '-ERR full\r\n' } }),
  one({ name: 'mset of an odd number', send: 'mset a 1 b\r\nMSET a\r\n' }),
  one({
    name: 'sums',
    send: 'del a b c\r\nEXISTS a\r\ntouch a b\r\nunlink a\r\n',
    redis: { del: ':1\r\n', exists: ':0\r\n', touch: ':-1\r\n', unlink: ':5\r\n' },
  }),
  one({ name: 'a sum with an error', send: 'del a b\r\n', redis: { 'del a': ':1\r\n', 'del b': '+OK\r\n' } }),
  one({
    name: 'eval, evalsha, object',
    send: 'eval script 1 k x\r\nEVALSHA sha 0\r\nevalsha sha 1 k\r\nobject encoding k\r\nobject help\r\n',
    redis: { eval: ':1\r\n', evalsha: ':2\r\n', object: bulk('raw') },
  }),
  one({
    name: 'answered by the proxy',
    send: 'ping\r\nPING hello\r\necho hi\r\necho\r\necho a b\r\nclient setname x\r\nclient setinfo lib-name x\r\nclient id\r\nclient setname\r\nclient\r\nclient constructor\r\n',
  }),
  one({
    name: 'hello',
    send: 'hello\r\nHELLO 2\r\nhello 3\r\nhello x\r\nhello 2 setname a\r\nhello 2 setname\r\nhello 2 auth a b\r\nhello 2 auth a\r\nhello 2 foo\r\n',
  }),
  one({ name: 'unknown commands', send: 'foo\r\nFOO a b\r\nsubscribe a\r\nblpop a 0\r\n' }),
  one({
    name: 'custom commands',
    filter: { custom_commands: ['foo', 'bar.baz'] },
    send: 'foo a b\r\nBAR.BAZ k\r\nfoo\r\nqux a\r\n',
  }),
  one({
    name: 'no arguments',
    send: 'get\r\nmget\r\nmset\r\ndel\r\nkeys\r\nscan\r\ncluster\r\nconfig\r\nauth\r\n',
  }),
  one({ name: 'quit drops what follows', client: ['ping\r\nquit\r\nping\r\n', { afterEnd: true }] }),
];

const protocol: readonly Case[] = [
  ...(
    [
      ['an array', '*2\r\n$3\r\nGET\r\n$1\r\na\r\n'],
      ['no array', '$4\r\nping\r\n+ping\r\n:1\r\n*0\r\n*-1\r\n\r\n'],
      [
        'an array of what is no bulk string',
        '*1\r\n:1\r\n*2\r\n$3\r\nget\r\n$-1\r\n*1\r\n*1\r\n$4\r\nping\r\n',
      ],
      [
        'values of RESP3',
        '_\r\n#t\r\n,1.5\r\n(12\r\n~1\r\n+a\r\n%1\r\n+a\r\n+b\r\n>1\r\n+a\r\n!1\r\nx\r\n=5\r\ntxt:a\r\n',
      ],
      ['attributes', '|1\r\n+a\r\n+b\r\n*1\r\n$4\r\nPING\r\n*1\r\n|0\r\n$4\r\nPING\r\n'],
      ['lines with quotes', `echo "c\\x41d\\n\\q"\r\necho 'a\\'b\\c'\r\necho ""\r\necho "\\x4g"\r\n`],
      ['lines with white space', ' \t get \v a \r\nget\na\r\n'],
    ] as const
  ).map(([what, send]) => one({ name: `reads ${what}`, send, redis: values })),
  ...(
    [
      ['an unknown type', '@\r\n'],
      ['a length that is none', '*x\r\n'],
      ['no length', '*\r\n'],
      ['a negative length', '*1\r\n$-2\r\n'],
      ['a length too long', '*2000001\r\n'],
      ['a string too long', '$536870913\r\n'],
      ['an integer too large', ':9223372036854775808\r\n'],
      ['quotes that do not end', 'echo "a\r\n'],
      ['text after a quote', 'echo "a"b\r\n'],
      ['a string longer than it says', '*1\r\n$4\r\nPINGx'],
      ['a CR alone', 'ping\rx'],
      ['arrays too deep', `${'*1\r\n'.repeat(128)}*0\r\n`],
    ] as const
  ).map(([what, send]) =>
    one({ name: `protocol error: ${what}`, client: [`ping\r\n${send}`, { afterEnd: true }], redis: values }),
  ),
  one({
    name: 'byte by byte',
    client: [
      ...[...'*2\r\n$3\r\nGET\r\n$1\r\na\r\nping\r\n'].flatMap((byte): TcpStep[] => [byte, { afterMs: 2 }]),
      'quit\r\n',
      { afterEnd: true },
    ],
    redis: values,
    rest: { stats: /^redis\.r\.(downstream_(rq|cx_(rx|tx)_bytes_total)|command)/ },
  }),
  one({
    name: 'answers in order, the second host’s wait for the first’s',
    client: [
      'get slow\r\nping\r\nget a\r\n',
      { afterUpstreamBytes: 40 },
      { afterMs: 100 },
      'quit\r\n',
      { afterEnd: true },
    ],
    redis: { ...values, 'get slow': '$-1\r\n' },
  }),
];

const failures: readonly Case[] = [
  one({
    name: 'nothing listens',
    send: 'get a\r\nmget a b\r\nmset a 1\r\ndel a\r\n',
    rest: { upstreams: { up: { refuse: true } } },
  }),
  one({
    name: 'op_timeout',
    settings: { op_timeout: '0.2s' },
    client: ['get a\r\nget b\r\nget c\r\n', { afterBytes: 31 }, 'quit\r\n', { afterEnd: true }],
    redis: { 'get a': bulk('1'), 'get b': '<nothing>' },
  }),
  one({
    name: 'the server closes with commands open',
    client: [
      'get a\r\n',
      { afterBytes: 7 },
      'get b\r\n',
      { afterBytes: 20 },
      'get a\r\nquit\r\n',
      { afterEnd: true },
    ],
    redis: { ...values, 'get b': '<close>' },
  }),
  one({
    name: 'the server breaks off',
    client: ['get b\r\n', { afterBytes: 18 }, 'get a\r\nquit\r\n', { afterEnd: true }],
    redis: { ...values, 'get b': '<reset>' },
  }),
  one({
    name: 'the server speaks another protocol',
    client: ['get a\r\n', { afterBytes: 18 }, 'get b\r\nquit\r\n', { afterEnd: true }],
    redis: { ...values, 'get a': 'HTTP/1.1 400 Bad Request\r\n\r\n' },
  }),
  one({
    name: 'a cluster that is not there',
    filter: { prefix_routes: { catch_all_route: { cluster: 'gone' } } },
    send: 'get a\r\nmget a b\r\nmset a 1\r\ndel a\r\nscan 0\r\nflushall\r\nrandomkey\r\ninfo.shard 0\r\n',
    rest: { stats: /^(redis|cluster.gone)\./ },
  }),
  one({
    name: 'a cluster without hosts',
    cluster: { load_assignment: { cluster_name: 'up' } },
    send: 'get a\r\ndel a b\r\nkeys *\r\n',
  }),
  one({
    name: 'a client that goes leaves its commands to be answered',
    client: ['get b\r\n', { afterUpstreamBytes: 20 }, { do: 'close' }],
    redis: { ...values, 'get b': '<nothing>' },
    settings: { op_timeout: '0.3s' },
    rest: { waitForAfter: { 'cluster.up.upstream_rq_cancelled': 1 } },
  }),
];

const transactions: readonly Case[] = (
  [
    ['a transaction', 'multi\r\nset a 1\r\nget a\r\nexec\r\nget b\r\n'],
    ['a transaction discarded', 'multi\r\nset a 1\r\ndiscard\r\n'],
    ['a transaction of nothing', 'multi\r\nexec\r\nmulti\r\ndiscard\r\n'],
    ['no transaction', 'exec\r\ndiscard\r\nunwatch\r\n'],
    ['transactions do not nest', 'multi\r\nmulti\r\nset a 1\r\nmulti\r\nexec\r\n'],
    ['a transaction takes no scripts', 'multi\r\neval x 1 a\r\nkeys *\r\nping\r\nmget a b\r\nexec\r\n'],
    ['watch', 'watch a\r\nunwatch\r\nwatch a\r\nmulti\r\nset a 1\r\nexec\r\n'],
  ] as const
).map(([name, send]) => {
  const lines = send.split('\r\n').slice(0, -1);
  // One at a time: EXEC ends what belongs to the transaction once nothing else waits.
  const client = lines.flatMap((line): TcpStep[] => [`${line}\r\n`, { afterMs: 60 }]);
  return one({
    name,
    client: [...client, 'quit\r\n', { afterEnd: true }],
    redis: { ...values, exec: '*1\r\n+OK\r\n' },
  });
});

const settings: readonly Case[] = [
  one({
    name: 'command stats',
    settings: { enable_command_stats: true },
    send: 'get a\r\nset b 1\r\nmget a b\r\nfoo a\r\nobject encoding a\r\ndel a\r\n',
    filter: { custom_commands: ['foo'] },
    redis: { ...values, set: '-ERR full\r\n' },
    rest: { statNames: /^(redis\.r\.(down|split)|cluster\.up\.redis_cluster)/ },
  }),
  one({ name: 'all stats there are', rest: { statNames: /^(redis|cluster\.up\.redis)/ } }),
  one({
    name: 'requests wait for more',
    settings: { max_buffer_size_before_flush: 1024, buffer_flush_timeout: '0.05s' },
    client: ['get a\r\n', { afterMs: 10 }, 'get b\r\nquit\r\n', { afterEnd: true }],
    redis: values,
  }),
  one({
    name: 'credentials for the server',
    cluster: credentials({
      auth_username: { inline_string: 'user' },
      auth_password: { inline_string: 'secret' },
    }),
    settings: { enable_command_stats: true },
    send: 'get a\r\n',
    redis: values,
  }),
  one({
    name: 'a password for the server',
    cluster: credentials({ auth_password: { inline_string: 'secret' } }),
    send: 'get a\r\nmulti\r\nset a 1\r\n',
    redis: values,
  }),
  one({
    name: 'connections a second',
    settings: { connection_rate_limit: { connection_rate_limit_per_sec: 1 } },
    client: [
      'get a\r\n',
      { afterBytes: 7 },
      'get b\r\n',
      { afterBytes: 25 },
      'get a\r\nquit\r\n',
      { afterEnd: true },
    ],
    redis: { ...values, 'get b': '<close>' },
  }),
  ...(
    [
      ['a password', { downstream_auth_passwords: [{ inline_string: 'p1' }, { inline_string: 'p2' }] }],
      ['an old password', { downstream_auth_password: { inline_string: 'p1' } }],
      [
        'a user and a password',
        {
          downstream_auth_username: { inline_string: 'u' },
          downstream_auth_passwords: [{ inline_string: 'p2' }],
        },
      ],
    ] as const
  ).map(([what, filter]) =>
    one({
      name: `clients need ${what}`,
      filter,
      send: 'get a\r\nping\r\nfoo\r\nhello\r\nclient setname x\r\nhello 2 auth u p3\r\nauth wrong\r\nauth p2\r\nget a\r\nauth u p1\r\nget a\r\nauth u p2\r\nget b\r\nauth default p1\r\nget b\r\nhello 2 auth u p2\r\nget a\r\nhello 2 auth default p1\r\nget a\r\nauth a b c\r\n',
      redis: values,
    }),
  ),
  ...(
    [
      ['no route', { prefix_routes: {} }],
      [
        'a prefix twice',
        {
          prefix_routes: {
            routes: [
              { prefix: 'a', cluster: 'up' },
              { prefix: 'a', cluster: 'up' },
            ],
          },
        },
      ],
      [
        'a prefix twice but for case',
        {
          prefix_routes: {
            case_insensitive: true,
            routes: [
              { prefix: 'a', cluster: 'up' },
              { prefix: 'A', cluster: 'up' },
            ],
          },
        },
      ],
    ] as const
  ).map(([what, filter]) =>
    one({ name: `refused: ${what}`, filter, rest: { refused: true, exchanges: [] } }),
  ),
  one({
    name: 'refused: no op_timeout',
    settings: { op_timeout: undefined },
    rest: { refused: true, exchanges: [] },
  }),
];

/** Protocol options of a cluster. */
function credentials(options: Record<string, unknown>): Record<string, unknown> {
  return {
    typed_extension_protocol_options: {
      'envoy.filters.network.redis_proxy': {
        '@type': 'type.googleapis.com/envoy.extensions.filters.network.redis_proxy.v3.RedisProtocolOptions',
        ...options,
      },
    },
  };
}

export const redis: readonly Case[] = [...commands, ...protocol, ...failures, ...transactions, ...settings];
