// Over 300 lines because it is one table of cases.
import type { Case } from '../case.ts';

const withFields = (...fields: string[]): { send: string } => ({
  send: `GET /p HTTP/1.1\r\nhost: a\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`,
});
const answering = (...fields: string[]) => ({
  up: {
    answers: [
      {
        raw: `HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join('')}content-length: 0\r\n\r\n`,
      },
    ],
  },
});
const internal = {
  use_remote_address: true,
  internal_address_config: { cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
};
const edge = { use_remote_address: true };
const who = {
  remote: '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
  direct: '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
};

/** Every x-envoy-* request header Envoy's documentation names, one a request, so that none hides another. */
const envoyFields = [
  'x-envoy-retry-on: 5xx',
  'x-envoy-retry-on: nonsense',
  'x-envoy-retry-grpc-on: cancelled',
  'x-envoy-max-retries: 2',
  'x-envoy-retriable-status-codes: 409',
  'x-envoy-retriable-header-names: x-a',
  'x-envoy-upstream-rq-timeout-ms: 900',
  'x-envoy-upstream-rq-timeout-ms: zz',
  'x-envoy-upstream-rq-timeout-ms: 0',
  'x-envoy-upstream-rq-timeout-ms: -1',
  'x-envoy-upstream-rq-per-try-timeout-ms: 90',
  'x-envoy-upstream-rq-per-try-timeout-ms: 90000',
  'x-envoy-upstream-rq-timeout-alt-response: 1',
  'x-envoy-upstream-alt-stat-name: s',
  'x-envoy-upstream-canary: true',
  'x-envoy-upstream-service-time: 5',
  'x-envoy-upstream-stream-duration-ms: 900',
  'x-envoy-expected-rq-timeout-ms: 77',
  'x-envoy-force-trace: 1',
  'x-envoy-ip-tags: t',
  'x-envoy-internal: true',
  'x-envoy-internal: false',
  'x-envoy-external-address: 9.9.9.9',
  'x-envoy-original-path: /o',
  'x-envoy-original-host: o',
  'x-envoy-original-url: http://o/',
  'x-envoy-original-method: PUT',
  'x-envoy-decorator-operation: op',
  'x-envoy-downstream-service-cluster: c',
  'x-envoy-downstream-service-node: n',
  'x-envoy-hedge-on-per-try-timeout: true',
  'x-envoy-attempt-count: 9',
  'x-envoy-is-timeout-retry: true',
  'x-envoy-immediate-health-check-fail: 1',
  'x-envoy-degraded: 1',
  'x-envoy-overloaded: 1',
  'x-envoy-ratelimited: 1',
  'x-envoy-peer-metadata: m',
  'x-envoy-nosuch: 1',
  'x-b3-traceid: 1',
  'x-client-trace-id: 1',
  'x-ot-span-context: 1',
  'x-forwarded-client-cert: By=x',
];
const allFields = envoyFields.map((field) => withFields(field));
const shapes = { external: edge, internal, plain: {} };

/** What upstreams may say in x-envoy-* and the like. */
const responseFields = [
  'x-envoy-overloaded: true',
  'x-envoy-ratelimited: true',
  'x-envoy-degraded: 1',
  'x-envoy-immediate-health-check-fail: 1',
  'x-envoy-upstream-service-time: 9',
  'x-envoy-upstream-canary: true',
  'x-envoy-upstream-healthchecked-cluster: c',
  'x-envoy-decorator-operation: op',
  'x-envoy-attempt-count: 7',
  'x-envoy-nosuch: 1',
  'x-request-id: theirs',
  'x-forwarded-for: 1.1.1.1',
  'via: 1.1 b',
  'alt-svc: h2=":443"',
  'date: Mon, 01 Jan 2001 00:00:00 GMT',
  'date:',
  'server:',
];

const lists = [
  '8.8.8.8',
  '10.1.1.1',
  '10.1.1.1, 8.8.8.8',
  ' 8.8.8.8 ',
  '8.8.8.8,',
  ',8.8.8.8',
  '[::1]',
  '::1',
  '::ffff:10.0.0.1',
  '8.8.8.8:80',
  '256.1.1.1',
  'unknown',
  '127.0.0.1',
  '169.254.1.1',
  '172.16.0.1',
  '192.168.0.1',
  'fd00::1',
  'fe80::1',
];

/** Headers that say who asked, from where, and over what, from trusted and from untrusted clients. */
export const hcmHeaders: readonly Case[] = [
  ...Object.entries(shapes).flatMap(([name, hcm]): Case[] => [
    { name: `x-envoy/request-${name}`, config: { hcm }, exchanges: allFields },
    {
      name: `x-envoy/response-${name}`,
      config: { hcm },
      upstreams: { up: { answers: responseFields.flatMap((field) => answering(field).up.answers) } },
      exchanges: responseFields.map(() => withFields()),
    },
    {
      name: `forwarded/odd-lists-${name}`,
      config: { hcm, log: who },
      exchanges: lists.map((list) => withFields(`x-forwarded-for: ${list}`)),
    },
    {
      name: `forwarded/two-lists-${name}`,
      config: { hcm, log: who },
      exchanges: [
        withFields('x-forwarded-for: 9.9.9.9', 'x-forwarded-for: 10.0.0.1'),
        withFields('x-forwarded-for:'),
        withFields('x-forwarded-for: 10.0.0.1', 'x-envoy-internal: true'),
      ],
    },
    {
      name: `forwarded/proto-${name}`,
      config: { hcm, log: { scheme: '%REQ(:SCHEME)%' } },
      exchanges: ['https', 'http', 'HTTPS', 'ftp', '', 'https,http'].map((proto) =>
        withFields(`x-forwarded-proto: ${proto}`),
      ),
    },
    {
      name: `forwarded/host-and-port-${name}`,
      config: { hcm },
      exchanges: [withFields('x-forwarded-host: b', 'x-forwarded-port: 99', 'forwarded: for=1.2.3.4')],
    },
    {
      name: `request-id/odd-${name}`,
      config: { hcm: { ...hcm, always_set_request_id_in_response: true } },
      exchanges: [
        withFields('x-request-id:'),
        withFields('x-request-id: a', 'x-request-id: b'),
        withFields('x-request-id: a b'),
      ],
    },
  ]),
  ...[1, 2, 3].map(
    (hops): Case => ({
      name: `forwarded/${hops}-trusted-hops-of-many-addresses`,
      config: { hcm: { ...edge, xff_num_trusted_hops: hops }, log: who },
      exchanges: [
        '1.1.1.1',
        '1.1.1.1, 10.0.0.2',
        '10.0.0.1, 2.2.2.2, 10.0.0.3',
        'x, 10.0.0.2, y, 10.0.0.4',
      ].map((list) => withFields(`x-forwarded-for: ${list}`, 'x-forwarded-proto: https')),
    }),
  ),
  {
    name: 'forwarded/internal-ranges-without-loopback',
    config: {
      hcm: {
        use_remote_address: true,
        internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] },
      },
      log: who,
    },
    exchanges: [
      withFields('x-envoy-max-retries: 1'),
      withFields('x-envoy-max-retries: 1', 'x-forwarded-for: 10.0.0.1'),
    ],
  },
  {
    name: 'forwarded/internal-ranges-of-ipv6',
    config: {
      hcm: {
        internal_address_config: {
          cidr_ranges: [
            { address_prefix: 'fd00::', prefix_len: 8 },
            { address_prefix: '0.0.0.0', prefix_len: 0 },
          ],
        },
      },
      log: who,
    },
    exchanges: ['fd00::1', 'fe00::1', '1.2.3.4'].map((list) =>
      withFields(`x-forwarded-for: ${list}`, 'x-envoy-max-retries: 1'),
    ),
  },
  ...['SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY'].map(
    (mode): Case => ({
      name: `client-cert/${mode.toLowerCase()}-over-plain-text`,
      config: { hcm: { forward_client_cert_details: mode } },
      exchanges: [
        withFields('x-forwarded-client-cert: By=spiffe://a;Hash=b'),
        withFields(),
        withFields('x-forwarded-client-cert: a', 'x-forwarded-client-cert: b'),
      ],
    }),
  ),
  {
    name: 'via/with-local-replies',
    config: {
      hcm: { via: '1.1 lab' },
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
    },
    exchanges: [withFields('via: 1.0 x')],
  },
  {
    name: 'via/many',
    config: { hcm: { via: 'lab' } },
    upstreams: answering('via: a', 'via: b'),
    exchanges: [withFields('via: a', 'via: b')],
  },
  ...['OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH'].flatMap((transformation): Case[] => [
    {
      name: `server/${transformation.toLowerCase()}-of-local-replies`,
      config: {
        hcm: { server_header_transformation: transformation },
        routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
      },
      exchanges: [withFields()],
    },
    {
      name: `server/${transformation.toLowerCase()}-of-two-and-of-an-empty-one`,
      config: { hcm: { server_header_transformation: transformation } },
      upstreams: {
        up: {
          answers: [...answering('server: a', 'server: b').up.answers, ...answering('server:').up.answers],
        },
      },
      exchanges: [withFields(), withFields()],
    },
  ]),
  {
    name: 'server/name-empty-and-odd',
    config: { hcm: { server_name: 'my own / 1.0 (x)' } },
    exchanges: [withFields()],
  },
  {
    name: 'request-id/kept-from-inside',
    config: { hcm: { ...internal, always_set_request_id_in_response: true } },
    exchanges: [withFields('x-request-id: mine'), withFields()],
  },
  {
    name: 'request-id/in-local-replies',
    config: {
      hcm: { always_set_request_id_in_response: true },
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
    },
    exchanges: [withFields('x-request-id: mine')],
  },
  {
    name: 'request-id/response-has-its-own',
    config: { hcm: { always_set_request_id_in_response: true } },
    upstreams: answering('x-request-id: theirs'),
    exchanges: [withFields('x-request-id: mine')],
  },
  {
    name: 'request-id/forced-trace',
    config: { hcm: internal },
    exchanges: [withFields('x-request-id: mine', 'x-envoy-force-trace: 1')],
  },
  {
    name: 'user-agent/from-outside',
    config: { hcm: { ...edge, add_user_agent: true }, bootstrap: { node: { id: 'n', cluster: 'c' } } },
    exchanges: [
      withFields(),
      withFields('user-agent:'),
      withFields('x-envoy-downstream-service-cluster: other'),
    ],
  },
  {
    name: 'x-envoy/route-internal-only-headers',
    config: { hcm: edge, routeConfig: { internal_only_headers: ['x-secret', 'X-Other'] } },
    exchanges: [withFields('x-secret: 1', 'x-other: 2', 'x-third: 3')],
  },
  {
    name: 'x-envoy/original-path-of-rewrites',
    config: {
      routes: [
        {
          match: { prefix: '/p' },
          route: { cluster: 'up', prefix_rewrite: '/q', host_rewrite_literal: 'h' },
        },
      ],
    },
    exchanges: [withFields('x-envoy-original-path: /lie', 'x-envoy-original-host: lie'), withFields()],
  },
  {
    name: 'x-envoy/attempt-counts-from-both-sides',
    config: { virtualHost: { include_request_attempt_count: true, include_attempt_count_in_response: true } },
    upstreams: answering('x-envoy-attempt-count: 8'),
    exchanges: [withFields('x-envoy-attempt-count: 9')],
  },
];
