import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { type RequestHeaders, ResponseHeaders } from '../http/headers.ts';
import { fakeContext, fakeEnvironment, fakeInfo, fakeRequest } from './context.fake.ts';
import { compileHeaderMutation } from './header-mutation.ts';
import { compileRoutes } from './route-table.ts';

type Action = envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
type Option = envoy.config.core.v3.HeaderValueOption;

function add(key: string, value: string, action?: Action, rest: Partial<Option> = {}): Option {
  return { header: { key, value }, ...(action ? { append_action: action } : {}), ...rest };
}

const fieldsOf = (headers: RequestHeaders | ResponseHeaders): string[] =>
  headers.names.map((name, i) => `${name}: ${headers.values[i]}`);

function mutate(
  headers: RequestHeaders | ResponseHeaders,
  options: Option[],
  remove: string[] = [],
): string[] {
  const request = headers instanceof ResponseHeaders ? undefined : headers;
  const response = headers instanceof ResponseHeaders ? headers : undefined;
  compileHeaderMutation(options, remove, fakeEnvironment())!.apply(headers, {
    info: fakeInfo(),
    request,
    response,
  });
  return fieldsOf(headers);
}

test('removes, overwrites, adds; in the order and with the values of Envoy 1.40', () => {
  const request = fakeRequest('/a', 'h', { 'x-in': '1', 'x-in2': '2', 'x-exist': '1', 'x-self': 's' });
  const fields = mutate(
    request,
    [
      add('X-MixedCase', 'v'),
      add('x-empty', ''),
      add('x-keep', '', undefined, { keep_empty_value: true }),
      add('x-fmt', '%REQ(x-none)%'),
      add('x-fmtkeep', '%REQ(x-none)%', undefined, { keep_empty_value: true }),
      add('x-fmt2', 'a%REQ(x-none)%b'),
      add('x-pct', '100%%'),
      add('x-dup', '1'),
      add('x-dup', '2'),
      add('x-in', 'o', 'OVERWRITE_IF_EXISTS_OR_ADD'),
      add('x-in', 'p'),
      add('x-absent', '1', 'ADD_IF_ABSENT'),
      add('x-absent', '2', 'ADD_IF_ABSENT'),
      add('x-exist', 'n', 'OVERWRITE_IF_EXISTS'),
      add('x-nope', 'n', 'OVERWRITE_IF_EXISTS'),
      add('x-old', 'o', undefined, { append: false }),
      add('x-self', '%REQ(x-self)%;n', 'OVERWRITE_IF_EXISTS_OR_ADD'),
      add('x-flags', '%RESPONSE_FLAGS%'),
      add('x-addr', '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%|%PROTOCOL%|%REQ(:path)%|%RESPONSE_CODE%'),
      add('x-uni', 'é'),
    ],
    ['X-In2', 'x-in'],
  );
  assert.deepEqual(fields, [
    'x-forwarded-proto: http',
    'x-in: o',
    'x-exist: n',
    'x-old: o',
    'x-self: s;n',
    'x-mixedcase: v',
    'x-keep: ',
    'x-fmtkeep: ',
    'x-fmt2: ab',
    'x-pct: 100%',
    'x-dup: 1',
    'x-dup: 2',
    'x-in: p',
    'x-absent: 1',
    'x-absent: 2',
    'x-flags: -',
    'x-addr: 10.1.10.23|HTTP/1.1|/a|0',
    'x-uni: \xc3\xa9',
  ]);
});

test('some headers join what is there', () => {
  const request = fakeRequest('/', 'h', { 'user-agent': 'me', cookie: 'a=1', via: 'x', 'x-custom': '1' });
  const added = ['user-agent', 'cookie', 'via', 'x-custom'].map((name) => add(name, 'added'));
  assert.deepEqual(mutate(request, added), [
    'user-agent: me,added',
    'cookie: a=1',
    'via: x,added',
    'x-custom: 1',
    'x-forwarded-proto: http',
    'cookie: added',
    'x-custom: added',
  ]);
  const response = new ResponseHeaders();
  for (const name of ['vary', 'set-cookie', 'user-agent']) response.add(name, 'up');
  assert.deepEqual(
    mutate(
      response,
      ['vary', 'set-cookie', 'user-agent'].map((name) => add(name, 'added')),
    ),
    ['vary: up,added', 'set-cookie: up', 'user-agent: up', 'set-cookie: added', 'user-agent: added'],
  );
});

const level = (name: string): Option[] => [
  add('x-l', name),
  add('x-o', name, 'OVERWRITE_IF_EXISTS_OR_ADD'),
  add('x-a', name, 'ADD_IF_ABSENT'),
  add('x-e', name, 'OVERWRITE_IF_EXISTS'),
];

/** Headers of request and response after a weighted cluster, its route, its virtual host and the config. */
function levels(mostSpecificWins: boolean): { request: string[]; response: string[] } {
  const both = (name: string) => ({
    request_headers_to_add: level(name),
    response_headers_to_add: level(name),
  });
  const clusters = [{ name: 'c', weight: 1, ...both('cluster') }];
  const table = compileRoutes(
    {
      ...both('config'),
      most_specific_header_mutations_wins: mostSpecificWins,
      virtual_hosts: [
        {
          name: 'v',
          domains: ['*'],
          ...both('vhost'),
          routes: [{ match: { prefix: '/' }, route: { weighted_clusters: { clusters } }, ...both('route') }],
        },
      ],
    },
    fakeContext(),
  );
  const request = fakeRequest('/', 'h', { 'x-o': 'client' });
  const response = new ResponseHeaders();
  const route = table.match(request, fakeInfo())!;
  route.forward!.finalizeRequestHeaders(request, fakeInfo(), 'c');
  route.finalizeResponseHeaders(response, request, fakeInfo());
  return { request: fieldsOf(request).slice(1), response: fieldsOf(response) };
}

test('levels are applied from the inside out, or the other way round', () => {
  const usual = ['x-l: cluster', 'x-a: cluster', 'x-l: route', 'x-l: vhost', 'x-o: config', 'x-l: config'];
  assert.deepEqual(levels(false), { request: usual, response: usual });
  const reversed = ['x-l: cluster', 'x-a: cluster', 'x-l: config', 'x-l: vhost', 'x-o: route', 'x-l: route'];
  assert.deepEqual(levels(true), { request: reversed, response: reversed });
});

test('no changes cost nothing', () => {
  assert.equal(compileHeaderMutation([], undefined, fakeEnvironment()), undefined);
});
