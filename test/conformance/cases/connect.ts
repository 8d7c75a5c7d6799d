import type { Case, ConfigParts, Exchange, FrameExchange, TcpStep, UpstreamScript } from '../case.ts';
import { data, type Field, headers, hello, rstStream } from '../http2/frames.ts';

const hcm = {
  upgrade_configs: [{ upgrade_type: 'CONNECT' }],
  http2_protocol_options: { allow_connect: true },
};
const toMatcher = { connect_matcher: {} };
const routes = (route: object = {}, match: object = toMatcher) => [
  { match, route: { cluster: 'up', ...route } },
];
/** CONNECT ends here: its payload goes to the upstream as it is. */
const ended = (connect: object = {}): ConfigParts => ({
  hcm,
  routes: routes({ upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: connect }] }),
});
/** CONNECT goes on to the upstream. */
const passedOn: ConfigParts = { hcm, routes: routes() };
const log = {
  upstreamProtocol: '%UPSTREAM_PROTOCOL%',
  host: '%UPSTREAM_HOST%',
  wireUp: '%UPSTREAM_WIRE_BYTES_SENT%',
  wireDown: '%UPSTREAM_WIRE_BYTES_RECEIVED%',
  attempts: '%UPSTREAM_REQUEST_ATTEMPT_COUNT%',
};
const stats =
  /^(http\.ingress\.downstream_(cx_(upgrades|destroy|protocol|http)|rq_(?!time))|http\.ingress\.(rq|no)_|cluster\.up\.upstream_(cx|rq)_(?!connect_ms|length|[tr]x_bytes))/;
const connect = 'CONNECT db.example:5432 HTTP/1.1\r\nhost: other\r\nuser-agent: t\r\n\r\n';
const established = 'HTTP/1.1 200 Connection established\r\n\r\n';

const one = (
  name: string,
  config: ConfigParts,
  up: UpstreamScript,
  exchange: Exchange | { readonly tcp: readonly TcpStep[] },
  more: Partial<Case> = {},
): Case => ({
  name: `connect/${name}`,
  config: { ...config, log },
  upstreams: { up },
  stats,
  exchanges: [exchange],
  ...more,
});
const talk: UpstreamScript = { tcp: [{ afterBytes: 4 }, 'pong', { afterEnd: true }, { do: 'end' }] };
const two = (
  name: string,
  config: ConfigParts,
  up: UpstreamScript,
  frames: FrameExchange['frames'],
  exchange: Partial<FrameExchange> = {},
): Case => ({
  name: `connect/http2-${name}`,
  config: { ...config, log },
  upstreams: { up },
  stats,
  exchanges: [{ frames, ...exchange }],
});
const asked: readonly Field[] = [
  [':method', 'CONNECT'],
  [':authority', 'db.example:5432'],
];
const open = hello + headers(1, asked, false);
const answered = (raw: string, more: object = {}): UpstreamScript => ({
  answers: [{ raw, on: 'head', ...more }],
});
/** How a CONNECT is answered that goes nowhere. */
const refused = (name: string, config: ConfigParts, send = connect): Case =>
  one(name, config, {}, { send, untilClosed: true });

/** CONNECT: ended here, passed on, refused. */
export const connects: readonly Case[] = [
  one('ended-both-ways', ended(), talk, {
    tcp: [
      connect,
      { afterBytes: 40 },
      'ping',
      { afterUpstreamBytes: 4 },
      { afterMs: 100 },
      { do: 'end' },
      { afterEnd: true },
    ],
  }),
  one('ended-payload-at-once', ended(), talk, {
    tcp: [`${connect}ping`, { afterUpstreamBytes: 4 }, { afterMs: 100 }, { do: 'end' }, { afterEnd: true }],
  }),
  one(
    'ended-upstream-speaks-first',
    ended(),
    { tcp: ['hello', { afterBytes: 4 }, { do: 'end' }, { afterEnd: true }] },
    {
      tcp: [connect, { afterMs: 100 }, 'quit', { afterEnd: true }],
    },
  ),
  one(
    'ended-by-upstream',
    ended(),
    { tcp: ['bye', { do: 'end' }, { afterEnd: true }] },
    { tcp: [connect, { afterEnd: true }] },
  ),
  one(
    'ended-upstream-resets',
    ended(),
    { tcp: [{ afterBytes: 1 }, { do: 'reset' }] },
    { tcp: [connect, { afterMs: 100 }, 'x', { afterEnd: true }] },
  ),
  one(
    'ended-client-resets',
    ended(),
    { tcp: [{ afterEnd: true }] },
    {
      tcp: [
        connect,
        { afterMs: 100 },
        'x',
        { afterUpstreamBytes: 1 },
        { afterMs: 50 },
        { do: 'reset' },
        { afterUpstreamEnds: 1 },
      ],
    },
  ),
  one('ended-upstream-refuses', ended(), { refuse: true }, { send: connect, untilClosed: true }),
  one(
    'ended-big',
    ended(),
    { tcp: [{ send: 1500 }, { afterBytes: 200_000 }, { do: 'end' }, { afterEnd: true }] },
    {
      tcp: [connect, { send: 200_000 }, { afterEnd: true }],
    },
  ),
  one(
    'ended-idle-timeout',
    { ...ended(), hcm: { ...hcm, stream_idle_timeout: '0.3s' } },
    { tcp: [{ afterEnd: true }] },
    { tcp: [connect, { afterEnd: true }] },
  ),
  one(
    'ended-outlives-the-route-timeout',
    {
      hcm,
      routes: routes({ timeout: '0.2s', upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: {} }] }),
    },
    talk,
    {
      tcp: [
        connect,
        { afterMs: 400 },
        'ping',
        { afterUpstreamBytes: 4 },
        { afterMs: 100 },
        { do: 'end' },
        { afterEnd: true },
      ],
    },
  ),
  one('ended-allowed-by-route-alone', { ...ended(), hcm: {} }, talk, {
    tcp: [
      connect,
      { afterMs: 100 },
      'ping',
      { afterUpstreamBytes: 4 },
      { afterMs: 100 },
      { do: 'end' },
      { afterEnd: true },
    ],
  }),
  one('ended-post-is-forwarded', ended(), answered('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), {
    send: 'POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\n\r\nping',
  }),
  one(
    'ended-post-allowed',
    {
      hcm,
      routes: routes(
        { upgrade_configs: [{ upgrade_type: 'CONNECT', connect_config: { allow_post: true } }] },
        { prefix: '/' },
      ),
    },
    talk,
    {
      tcp: [
        'POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n4\r\nping\r\n',
        { afterMs: 200 },
        '0\r\n\r\n',
        { afterMs: 200 },
      ],
    },
  ),
  one(
    'ended-no-healthy-host',
    { ...ended(), clusters: { up: { load_assignment: { cluster_name: 'up' } } } },
    {},
    { send: connect, untilClosed: true },
  ),

  one('passed-on', passedOn, answered(established), {
    tcp: [
      connect,
      { afterMs: 100 },
      'ping',
      { afterUpstreamBytes: 4 },
      { afterMs: 100 },
      { do: 'end' },
      { afterEnd: true },
    ],
  }),
  one(
    'passed-on-payload-waits',
    passedOn,
    { tcp: [{ afterBytes: 20 }, { afterMs: 200 }, established, { afterBytes: 1000 }] },
    { tcp: [`${connect}early`, { afterMs: 400 }, { do: 'end' }, { afterEnd: true }] },
  ),
  one('passed-on-refused', passedOn, answered('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno'), {
    send: connect,
    untilClosed: true,
  }),
  one('passed-on-201', passedOn, answered('HTTP/1.1 201 Created\r\n\r\nabc', { finally: 'close' }), {
    tcp: [connect, { afterMs: 100 }, { afterMs: 200 }, { do: 'end' }, { afterEnd: true }],
  }),
  one('passed-on-204', passedOn, answered('HTTP/1.1 204 No Content\r\n\r\nabc', { finally: 'close' }), {
    tcp: [connect, { afterMs: 300 }, { do: 'end' }, { afterEnd: true }],
  }),
  one('passed-on-with-length', passedOn, answered('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabc'), {
    tcp: [
      connect,
      { afterMs: 100 },
      'ping',
      { afterUpstreamBytes: 4 },
      { afterMs: 100 },
      { do: 'end' },
      { afterEnd: true },
    ],
  }),
  one('passed-on-upstream-ends', passedOn, answered(`${established}bye`, { finally: 'close' }), {
    tcp: [connect, { afterEnd: true }],
  }),
  one(
    'passed-on-never-answered',
    { hcm: { ...hcm, stream_idle_timeout: '0.5s' }, routes: routes({ timeout: '0.2s' }) },
    answered(''),
    { send: connect, untilClosed: true },
  ),

  refused('no-upgrade-config', { routes: routes() }),
  refused('no-upgrade-config-no-route', {}),
  refused('no-route', { hcm, routes: [{ match: { prefix: '/' }, route: { cluster: 'up' } }] }),
  refused('route-refuses', {
    hcm,
    routes: routes({ upgrade_configs: [{ upgrade_type: 'CONNECT', enabled: false }] }),
  }),
  refused('empty-prefix', { hcm, routes: [{ match: { prefix: '' }, route: { cluster: 'up' } }] }),
  refused('safe-regex', {
    hcm,
    routes: [{ match: { safe_regex: { regex: '.*' } }, route: { cluster: 'up' } }],
  }),
  refused('direct-response', {
    hcm,
    routes: [{ match: toMatcher, direct_response: { status: 200, body: { inline_string: 'hi' } } }],
  }),
  refused('redirect', { hcm, routes: [{ match: toMatcher, redirect: { host_redirect: 'x' } }] }),
  refused('unknown-host', { hcm, virtualHosts: [{ name: 'v', domains: ['other'], routes: routes() }] }),
  refused('without-port', ended(), 'CONNECT db.example HTTP/1.1\r\nhost: a\r\n\r\n'),
  refused('with-a-path', ended(), 'CONNECT /x HTTP/1.1\r\nhost: a\r\n\r\n'),
  refused('with-content-length', ended(), 'CONNECT a:1 HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nab'),
  one(
    'get-passes-by',
    { hcm, routes: [...routes(), { match: { prefix: '/' }, route: { cluster: 'up' }, name: 'get' }] },
    {},
    { send: 'GET / HTTP/1.1\r\nhost: a\r\n\r\n' },
  ),
  one(
    'by-host-and-headers',
    {
      hcm,
      virtualHosts: [
        {
          name: 'v',
          domains: ['db.example:5432'],
          routes: [
            {
              match: { ...toMatcher, headers: [{ name: 'user-agent', string_match: { exact: 't' } }] },
              route: { cluster: 'up' },
              name: 'matched',
            },
          ],
        },
      ],
    },
    answered(established),
    { tcp: [connect, { afterBytes: 20 }, { do: 'end' }, { afterEnd: true }] },
  ),
  one(
    'port-stripped',
    { hcm: { ...hcm, strip_any_host_port: true }, routes: routes() },
    answered(established),
    { tcp: [connect, { afterBytes: 20 }, { do: 'end' }, { afterEnd: true }] },
  ),
  one('host-rewritten', { hcm, routes: routes({ host_rewrite_literal: 'new:1' }) }, answered(established), {
    tcp: [connect, { afterBytes: 20 }, { do: 'end' }, { afterEnd: true }],
  }),
  {
    name: 'connect/config-twice',
    config: { hcm: { upgrade_configs: [{ upgrade_type: 'CONNECT' }, { upgrade_type: 'connect' }] } },
    exchanges: [],
    refused: true,
  },

  two('ended-both-ways', ended(), talk, [
    open,
    { afterMs: 100 },
    data(1, 'ping'),
    { afterData: 4 },
    data(1, '', true),
  ]),
  two('ended-by-upstream', ended(), { tcp: ['bye', { do: 'end' }, { afterEnd: true }] }, [open]),
  two('ended-upstream-resets', ended(), { tcp: [{ afterBytes: 1 }, { do: 'reset' }] }, [
    open,
    { afterMs: 100 },
    data(1, 'x'),
  ]),
  two(
    'ended-client-resets',
    ended(),
    { tcp: [{ afterEnd: true }] },
    [open, { afterMs: 100 }, data(1, 'x'), { afterUpstreamBytes: 1 }, rstStream(1), { afterMs: 100 }],
    { ended: 0 },
  ),
  two('ended-upstream-refuses', ended(), { refuse: true }, [open]),
  two('ended-with-its-head', ended(), { tcp: [{ afterEnd: true }, 'bye', { do: 'end' }] }, [
    hello + headers(1, asked),
  ]),
  two('ended-half-close', ended(), { tcp: ['hi', { afterEnd: true }, 'still', { do: 'end' }] }, [
    open,
    { afterData: 2 },
    data(1, 'x', true),
  ]),
  two('passed-on', passedOn, answered(established), [
    open,
    { afterMs: 100 },
    data(1, 'ping'),
    { afterMs: 100 },
    data(1, '', true),
  ]),
  two('passed-on-refused', passedOn, answered('HTTP/1.1 403 Forbidden\r\ncontent-length: 2\r\n\r\nno'), [
    open,
  ]),
  two('no-upgrade-config', { routes: routes() }, {}, [open]),
  two('no-route', { hcm }, {}, [open]),
  two(
    'without-port',
    ended(),
    { tcp: ['hi', { afterBytes: 4 }, 'pong', { afterEnd: true }, { do: 'end' }] },
    [
      hello +
        headers(
          1,
          [
            [':method', 'CONNECT'],
            [':authority', 'db.example'],
          ],
          false,
        ),
      { afterData: 2 },
      data(1, 'ping', true),
    ],
  ),
];
