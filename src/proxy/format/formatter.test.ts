import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseHeaders } from '../http/headers.ts';
import { newUpstreamInfo } from '../http/stream-info.ts';
import { fakeEnvironment, fakeInfo, fakeRequest } from '../route/context.fake.ts';
import { commands } from './commands.ts';
import type { FormatContext } from './context.ts';
import { compileFormat } from './formatter.ts';
import { compileJsonFormat } from './json.ts';
import { unsupportedCommands } from './unsupported.ts';

/** A request that was rewritten and forwarded. */
function forwarded(): FormatContext {
  const request = fakeRequest('/re/a?b=c&d=%20e&e&f=&b=z', 'other', {
    'x-dup': ['one', 'two'],
    'x-empty': '',
    'x-envoy-original-path': '/a?b=c&d=%20e&e&f=&b=z',
    'x-envoy-original-host': 'ex.com:80',
  });
  const response = new ResponseHeaders();
  response.add('server', 'envoy');
  const info = fakeInfo();
  info.responseCode = 200;
  info.responseCodeDetails = 'via upstream';
  info.routeName = 'nm';
  info.requestId = '517d3628-e6b5-4929-a83d-687ef875fa6f';
  info.upstream = newUpstreamInfo('c');
  info.upstream.host = { address: '127.0.0.1', port: 8080 };
  info.upstream.local = { address: '127.0.0.1', port: 40000 };
  info.upstream.attempts = 1;
  info.metadata.set('x', { y: 'long text', z: { b: 1, a: [true, null] } });
  info.end = info.start + 12.9;
  info.lastDownstreamRx = info.start + 1.5;
  info.lastDownstreamTx = info.start + 12.5;
  return { info, request, response, accessLogType: 'DownstreamEnd' };
}

/** Formats with what Envoy 1.40 prints as text and as typed JSON; one value: both are the same. */
const measured: readonly (readonly [format: string, text: string, json?: unknown])[] = [
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(16)%', '10.1.0.0/16'],
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(33)%', '10.1.10.23/32'],
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(0)%', '0.0.0.0/0'],
  ['%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT(x)%', '10.1.10.23'],
  ['%DOWNSTREAM_REMOTE_ADDRESS%', '10.1.10.23:4000'],
  ['%DOWNSTREAM_REMOTE_PORT%', '4000', 4000],
  ['%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%', '127.0.0.1:4000'],
  ['%PATH(NQ)%', '/a'],
  ['%PATH(WQ:ORIG)%', '/a?b=c&d=%20e&e&f=&b=z'],
  ['%PATH(WQ:PATH)%', '/re/a?b=c&d=%20e&e&f=&b=z'],
  ['%PATH(NQ:PATH)%', '/re/a'],
  ['%PATH:4%', '/a?b'],
  ['%QUERY_PARAM(b)%', 'c'],
  ['%QUERY_PARAM(d)%', ' e'],
  ['%QUERY_PARAM(e)%', ''],
  ['%QUERY_PARAM(nope)%', '-', null],
  ['%QUERY_PARAMS(DECODED)%', 'b=c&d=%20e&e&f=&b=z'],
  ['%QUERY_PARAMS(ORIG):3%', 'b=c'],
  ['%REQ(HOST)%', 'other'],
  ['%REQ(:authority)%', 'other'],
  ['%REQ(:SCHEME)%', 'http'],
  ['%REQ(nope?x-dup)%', 'one'],
  ['%REQUEST_HEADER(x-dup):1%', 'o'],
  ['%REQ(x-dup):0%', ''],
  ['%REQ(x-empty?x-dup)%', ''],
  ['%RESP(:STATUS)%', '200'],
  ['%RESPONSE_HEADER(SERVER)%', 'envoy'],
  ['%TRAILER(x)%', '-', null],
  ['%RESPONSE_CODE%', '200', 200],
  ['%RESPONSE_CODE_DETAILS%', 'via_upstream'],
  ['%RESPONSE_CODE_DETAILS(ALLOW_WHITESPACES)%', 'via upstream'],
  ['%REQUESTED_SERVER_NAME%', '-', null],
  ['%REQUESTED_SERVER_NAME(SNI_FIRST)%', 'ex.com:80'],
  ['%REQUESTED_SERVER_NAME(HOST_FIRST:HOST)%', 'other'],
  ['%ENVIRONMENT(FOO)%', 'barbaz'],
  ['%ENVIRONMENT(FOO):2%', 'ba'],
  ['%ENVIRONMENT(NOPE)%', '-'],
  ['%HOSTNAME%', 'the-host'],
  ['%DYNAMIC_METADATA(x:y)%', 'long text'],
  ['%DYNAMIC_METADATA(x:y):4%', 'long'],
  ['%DYNAMIC_METADATA(x:z)%', '{"a":[true,null],"b":1}', { a: [true, null], b: 1 }],
  ['%METADATA(DYNAMIC:x:z:b)%', '1', 1],
  ['%DYNAMIC_METADATA(nope)%', '-', null],
  [
    '%COALESCE({"operators":["REQUESTED_SERVER_NAME",{"command":"REQ","param":":authority","max_length":3}]})%',
    'oth',
  ],
  ['%COALESCE({"operators":["REQUESTED_SERVER_NAME"]})%', '-', null],
  ['%COALESCE({"operators":["RESPONSE_CODE"]})%', '200', 200],
  ['%DURATION%', '12', 12],
  ['%REQUEST_DURATION%', '1', 1],
  ['%RESPONSE_DURATION%', '-', null],
  ['%COMMON_DURATION(DS_RX_BEG:DS_RX_END:us)%', '1500', 1500],
  ['%COMMON_DURATION(DS_TX_END:DS_RX_BEG)%', '-', null],
  ['%COMMON_DURATION(foo:bar)%', '-', null],
  ['%UPSTREAM_CLUSTER%', 'c'],
  ['%UPSTREAM_HOST%', '127.0.0.1:8080'],
  ['%UPSTREAM_HOST_NAME%', '127.0.0.1:8080'],
  ['%UPSTREAM_HOST_NAME_WITHOUT_PORT%', '127.0.0.1'],
  ['%UPSTREAM_LOCAL_PORT%', '40000', 40000],
  ['%UPSTREAM_REQUEST_ATTEMPT_COUNT%', '1', 1],
  ['%ROUTE_NAME%', 'nm'],
  ['%CONNECTION_ID%', '7', 7],
  ['%STREAM_ID%', '517d3628-e6b5-4929-a83d-687ef875fa6f'],
  ['%RESPONSE_FLAGS%', '-'],
  ['%START_TIME%', '2026-11-22T18:37:39.304Z'],
  ['%START_TIME(%s.%3f)%', '1795372659.304'],
  ['%ACCESS_LOG_TYPE%', 'DownstreamEnd'],
  ['%LOCAL_REPLY_BODY%', ''],
  ['%GRPC_STATUS%', '-', null],
  ['lit', 'lit'],
  ['%%', '%'],
  ['a%%b', 'a%b'],
  ['%RESPONSE_CODE%x', '200x'],
  ['%PROTOCOL%-%REQ(nope)%', 'HTTP/1.1--'],
];

test('prints what Envoy prints', () => {
  for (const [format, text, json = text] of measured) {
    assert.equal(compileFormat(format, fakeEnvironment())(forwarded()), text, format);
    const line = compileJsonFormat({ value: format }, fakeEnvironment())(forwarded());
    assert.deepEqual(JSON.parse(line), { value: json }, format);
  }
});

test('refuses what Envoy refuses, in its words', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['%NOPE%', 'Not supported field in StreamInfo: NOPE'],
    ['%REQ%', 'REQ requires parameters'],
    ['%REQ()%', 'REQ requires parameters'],
    ['%REQ(a', "Incorrect configuration: %REQ(a. Couldn't find valid command at position 0"],
    ['%REQ(a):x%', "Incorrect configuration: %REQ(a):x%. Couldn't find valid command at position 0"],
    ['a %', "Incorrect configuration: a %. Couldn't find valid command at position 2"],
    ['x %PROTOCOL%%', "Incorrect configuration: x %PROTOCOL%%. Couldn't find valid command at position 12"],
    ['%lower%', "Incorrect configuration: %lower%. Couldn't find valid command at position 0"],
    ['%REQ(a?b?c)%', 'More than 1 alternative header specified in token: a?b?c'],
    ['%PROTOCOL(x)%', 'PROTOCOL does not take any parameters or length'],
    ['%PROTOCOL:3%', 'PROTOCOL does not take any parameters or length'],
    ['%START_TIME(%n)%', 'Invalid header configuration. Format string contains newline.'],
    ['%START_TIME:3%', 'START_TIME does not allow length to be specified.'],
    ['%DYNAMIC_METADATA%', 'DYNAMIC_METADATA requires parameters'],
    ['%COMMON_DURATION(DS_RX_BEG)%', 'Invalid common duration configuration: DS_RX_BEG.'],
    ['%COMMON_DURATION(DS_RX_BEG:DS_RX_END:x)%', 'Invalid common duration precision: x.'],
    ['%GRPC_STATUS(x)%', 'GrpcStatusFormatter only supports CAMEL_STRING, SNAKE_STRING or NUMBER. Got: x'],
    ['%PATH(x)%', "Invalid PATH option: 'x', only 'WQ'/'NQ' are allowed"],
    ['%PATH(NQ:x)%', "Invalid PATH option: 'x', only 'ORIG'/'PATH'/'ORIG_OR_PATH' are allowed"],
    [
      '%REQUESTED_SERVER_NAME(x)%',
      "Invalid REQUESTED_SERVER_NAME option: 'x', only 'SNI_ONLY'/'SNI_FIRST'/'HOST_FIRST' are allowed",
    ],
    [
      '%REQUESTED_SERVER_NAME(SNI_FIRST:x)%',
      "Invalid REQUESTED_SERVER_NAME option: 'x', only 'ORIG_OR_HOST'/'HOST'/'ORIG' are allowed",
    ],
    ['%QUERY_PARAMS(x)%', "Invalid QUERY_PARAMS option: 'x', only 'ORIG'/'DECODED' are allowed"],
    ['%METADATA(X:y)%', 'X is not supported type of metadata'],
    ['%COALESCE({})%', "COALESCE: JSON configuration must contain 'operators' array"],
    ['%COALESCE({"operators":[]})%', "COALESCE: 'operators' array must not be empty"],
    [
      '%COALESCE({"operators":["PROTOCOL","NOPE"]})%',
      "COALESCE: failed to parse operator at index 1: unknown command: 'NOPE'",
    ],
    [
      '%COALESCE({"operators":["REQ"]})%',
      'COALESCE: failed to parse operator at index 0: REQ requires parameters',
    ],
  ];
  for (const [format, message] of cases)
    assert.throws(() => compileFormat(format, fakeEnvironment()), { message, code: 'invalid' }, format);
});

test('names what Envoy has and this data plane has not', () => {
  for (const name of unsupportedCommands)
    assert.throws(() => compileFormat(`%${name}(a)%`, fakeEnvironment()), {
      message: `the format command %${name}% is not implemented by the ts engine`,
      hint: 'run it with --engine envoy',
    });
  assert.throws(() => compileFormat('%METADATA(ROUTE:a)%', fakeEnvironment()), /METADATA\(ROUTE:…\)/);
  assert.throws(
    () => compileFormat('%COMMON_DURATION(US_CX_BEG:US_CX_END)%', fakeEnvironment()),
    /US_CX_BEG/,
  );
});

test('every command has one row', () => {
  const names = commands.map((command) => command.name);
  assert.equal(new Set(names).size, names.length);
  assert.deepEqual(
    names.filter((name) => unsupportedCommands.has(name)),
    [],
  );
});

test('omitEmptyValues prints absent values as nothing', () => {
  const print = compileFormat('a%REQ(nope)%b%ENVIRONMENT(NOPE)%%RESPONSE_FLAGS%', fakeEnvironment(), {
    omitEmptyValues: true,
  });
  assert.equal(print(forwarded()), 'ab--');
});

test('response flags come in the order of Envoy, also by their long names', () => {
  const context = forwarded();
  for (const flag of ['URX', 'UF', 'NR'] as const) context.info.flags.add(flag);
  assert.equal(compileFormat('%RESPONSE_FLAGS%', fakeEnvironment())(context), 'UF,NR,URX');
  assert.equal(
    compileFormat('%RESPONSE_FLAGS_LONG%', fakeEnvironment())(context),
    'UpstreamConnectionFailure,NoRouteFound,UpstreamRetryLimitExceeded',
  );
});

test('a stream that broke off before its request was understood', () => {
  const context: FormatContext = { info: fakeInfo(), request: undefined, response: undefined };
  const format =
    '%REQ(:METHOD)% %PATH% %REQUEST_HEADERS_BYTES% %RESPONSE_CODE% %UPSTREAM_HOST% %QUERY_PARAMS%';
  assert.equal(compileFormat(format, fakeEnvironment())(context), '- - 0 0 - -');
});

test('gRPC status from trailers, headers or the HTTP code, and only of gRPC requests', () => {
  const statusOf = (type: string, format: string, grpcStatus?: string): string => {
    const response = new ResponseHeaders();
    if (grpcStatus !== undefined) response.add('grpc-status', grpcStatus);
    const info = fakeInfo();
    info.responseCode = 503;
    const request = fakeRequest('/', 'h', { 'content-type': type });
    return compileFormat(format, fakeEnvironment())({ info, request, response });
  };
  assert.equal(statusOf('application/grpc', '%GRPC_STATUS%', '3'), 'InvalidArgument');
  assert.equal(statusOf('application/grpc+proto', '%GRPC_STATUS(SNAKE_STRING)%', '3'), 'INVALID_ARGUMENT');
  assert.equal(statusOf('application/grpc', '%GRPC_STATUS_NUMBER%', '3'), '3');
  assert.equal(statusOf('application/grpc', '%GRPC_STATUS%'), 'Unavailable');
  assert.equal(statusOf('application/grpcweb', '%GRPC_STATUS%', '3'), '-');
});
