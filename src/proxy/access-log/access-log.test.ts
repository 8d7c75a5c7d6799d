import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { envoy } from '../../bootstrap/api.generated.ts';
import { FakeClock } from '../clock.fake.ts';
import type { FormatContext } from '../format/context.ts';
import { ResponseHeaders } from '../http/headers.ts';
import { newUpstreamInfo } from '../http/stream-info.ts';
import { fakeEnvironment, fakeInfo, fakeRequest } from '../route/context.fake.ts';
import { LayeredRuntime } from '../runtime/layered-runtime.ts';
import { StatsStore } from '../stats/store.ts';
import { compileAccessLogs } from './compile.ts';
import type { AccessLogContext } from './extension.ts';
import { compileFilter } from './filter.ts';
import { AccessLogManager } from './manager.ts';
import { accessLogExtensions } from './registry.ts';

const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-access-log-'));
after(() => rmSync(folder, { recursive: true }));

function context(layer: Record<string, number> = {}): AccessLogContext {
  const layers = [{ name: 's', static_layer: layer }];
  return {
    environment: fakeEnvironment(),
    runtime: new LayeredRuntime({ layers }, new StatsStore()),
    random: () => 42,
    manager: new AccessLogManager(new FakeClock(), new StatsStore(), 100),
    reader: {
      readFile: () => Buffer.from('from a file %PROTOCOL%\n'),
      variables: {},
    },
  };
}

function entry(fields: Record<string, string> = {}): FormatContext {
  const info = fakeInfo();
  info.responseCode = 200;
  info.end = info.start + 20;
  info.bytesSent = 5;
  info.upstream = newUpstreamInfo('c');
  info.upstream.host = { address: '127.0.0.1', port: 8080 };
  return {
    info,
    request: fakeRequest('/a', 'h', fields),
    response: new ResponseHeaders(),
    accessLogType: 'DownstreamEnd',
  };
}

/** What a logger writes for one request. */
async function written(config: Record<string, unknown>): Promise<string> {
  const log = context();
  const path = join(folder, `log-${Math.random()}`);
  const typed_config = {
    '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
    path,
    ...config,
  };
  for (const logger of compileAccessLogs([{ name: 'f', typed_config }], log)) logger.log(entry());
  await log.manager.flush();
  return readFileSync(path, 'latin1');
}

test('the default format', async () => {
  const line =
    '[2026-11-22T18:37:39.304Z] "GET /a HTTP/1.1" 200 - 0 5 20 - "-" "-" "-" "h" "127.0.0.1:8080"\n';
  assert.equal(await written({}), line);
  assert.equal(await written({ format: '' }), line);
  assert.equal(await written({ log_format: { text_format_source: { inline_string: '' } } }), '');
});

test('text, JSON, and the fields of old', async () => {
  assert.equal(await written({ log_format: { text_format: '%PROTOCOL%;' } }), 'HTTP/1.1;');
  assert.equal(
    await written({ log_format: { text_format_source: { inline_string: '%RESPONSE_CODE%\n' } } }),
    '200\n',
  );
  assert.equal(
    await written({ log_format: { text_format_source: { filename: 'x' } } }),
    'from a file HTTP/1.1\n',
  );
  assert.equal(await written({ log_format: { json_format: { c: '%RESPONSE_CODE%' } } }), '{"c":200}\n');
  assert.equal(await written({ format: '%PROTOCOL%' }), 'HTTP/1.1');
  assert.equal(await written({ typed_json_format: { c: '%RESPONSE_CODE%' } }), '{"c":200}\n');
});

test('formatters bring commands in', async () => {
  const log_format = {
    text_format_source: { inline_string: '%REQ_WITHOUT_QUERY(:PATH)%' },
    formatters: [
      {
        name: 'f',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery',
        },
      },
    ],
  };
  assert.equal(await written({ log_format }), '/a');
});

test('a logger there is not', () => {
  assert.throws(() => compileAccessLogs([{ name: 'x' }], context()), {
    message: "Didn't find a registered implementation for 'x' with type URL: ''",
  });
});

test('loggers have one name and one type each', () => {
  for (const key of ['name', 'type'] as const) {
    const all = accessLogExtensions.map((extension) => extension[key]);
    assert.equal(new Set(all).size, all.length);
  }
});

type Filter = envoy.config.accesslog.v3.AccessLogFilter;

function passes(filter: Filter, of: FormatContext = entry(), layer: Record<string, number> = {}): boolean {
  return compileFilter(filter, context(layer))(of);
}

const status = (op: 'EQ' | 'GE' | 'LE' | 'NE', default_value: number, runtime_key = ''): Filter => ({
  status_code_filter: { comparison: { op, value: { default_value, runtime_key } } },
});

test('filters by status and duration', () => {
  assert.equal(passes(status('EQ', 200)), true);
  assert.equal(passes(status('EQ', 404)), false);
  assert.equal(passes(status('GE', 200)), true);
  assert.equal(passes(status('GE', 400)), false);
  assert.equal(passes(status('LE', 199)), false);
  assert.equal(passes(status('NE', 200)), false);
  assert.equal(passes(status('EQ', 404, 'code'), entry(), { code: 200 }), true);
  const slow: Filter = { duration_filter: { comparison: { op: 'GE', value: { default_value: 20 } } } };
  const slower: Filter = { duration_filter: { comparison: { op: 'GE', value: { default_value: 21 } } } };
  assert.equal(passes(slow), true);
  assert.equal(passes(slower), false);
});

test('filters by header, flags, type, and by combinations', () => {
  const header: Filter = { header_filter: { header: { name: 'x', present_match: true } } };
  assert.equal(passes(header), false);
  assert.equal(passes(header, entry({ x: '1' })), true);
  const flagged = entry();
  flagged.info.flags.add('UF');
  assert.equal(passes({ response_flag_filter: {} }), false);
  assert.equal(passes({ response_flag_filter: {} }, flagged), true);
  assert.equal(passes({ response_flag_filter: { flags: ['NR'] } }, flagged), false);
  assert.equal(passes({ response_flag_filter: { flags: ['NR', 'UF'] } }, flagged), true);
  assert.equal(passes({ log_type_filter: { types: ['DownstreamEnd'] } }), true);
  assert.equal(passes({ log_type_filter: { types: ['DownstreamEnd'], exclude: true } }), false);
  assert.equal(passes({ not_health_check_filter: {} }), true);
  const [yes, no] = [status('EQ', 200), status('EQ', 1)];
  assert.equal(passes({ and_filter: { filters: [yes, no] } }), false);
  assert.equal(passes({ or_filter: { filters: [no, yes] } }), true);
});

test('samples by request id, or by a draw of its own', () => {
  const sampled = (percent: number, requestId: string | undefined, own = false): boolean => {
    const of = entry();
    of.info.requestId = requestId;
    const runtime_filter = {
      runtime_key: 'k',
      percent_sampled: { numerator: percent },
      use_independent_randomness: own,
    };
    return passes({ runtime_filter }, of);
  };
  // 0x0000000a is 10; the draw is 42.
  const id = '0000000a-0000-4000-8000-000000000000';
  assert.equal(sampled(11, id), true);
  assert.equal(sampled(10, id), false);
  assert.equal(sampled(11, id, true), false);
  assert.equal(sampled(43, undefined), true);
});

test('grpc_status_filter', () => {
  const of = entry({ 'content-type': 'application/grpc' });
  of.response!.add('grpc-status', '5');
  assert.equal(passes({ grpc_status_filter: { statuses: ['NOT_FOUND'] } }, of), true);
  assert.equal(passes({ grpc_status_filter: { statuses: ['NOT_FOUND'], exclude: true } }, of), false);
  assert.equal(passes({ grpc_status_filter: { statuses: ['CANCELED'] } }, of), false);
});
