import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig } from './check-config.ts';

/** What is said of a config, with its place. */
function problemsOf(text: string): string[] {
  return checkConfig(text, 'envoy.yaml', { allowUnsupported: false })
    .filter(({ severity }) => severity === 'error')
    .map(
      ({ at, path, message }) =>
        `${at?.line}:${at?.column} ${path.split('.').slice(-3).join('.')}: ${message}`,
    );
}

const config = (route: string, rest = '') => `
static_resources:
  listeners:
    - name: l
      address: { socket_address: { address: 127.0.0.1, port_value: 0 } }
      filter_chains:
        - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                http_filters:
                  - name: router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                access_log:
                  - name: log
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.access_loggers.stream.v3.StdoutAccessLog
                      log_format: { text_format_source: { inline_string: "%PROTOCOL% ok" } }
                route_config:
                  name: r
                  virtual_hosts:
                    - name: v
                      domains: ["*"]
                      routes:
${route}
${rest}`;

test('a config with good texts', () => {
  const good = `
                        - match: { safe_regex: { regex: "/a{1,3}" } }
                          direct_response: { status: 200 }
                          response_headers_to_add: [{ header: { key: a, value: "%DOWNSTREAM_REMOTE_ADDRESS%" } }]`;
  assert.deepEqual(problemsOf(config(good)), []);
});

test('bad texts are all named, where they stand and in the words of Envoy', () => {
  const bad = `
                        - match:
                            safe_regex: { regex: "/(a" }
                          direct_response:
                            status: 200
                            body_format: { json_format: { a: "%NOPE%" } }
                        - match: { prefix: /, headers: [{ name: x, string_match: { safe_regex: { regex: "a**" } } }] }
                          direct_response: { status: 200 }
                          request_headers_to_remove: [host]
                          response_headers_to_add:
                            - header: { key: a, value: "%REQ%" }`;
  assert.deepEqual(problemsOf(config(bad)), [
    '29:50 match.safe_regex.regex: missing ): /(a',
    '32:57 direct_response.body_format.json_format: Not supported field in StreamInfo: NOPE',
    '33:105 string_match.safe_regex.regex: bad repetition operator: **',
    '35:54 virtual_hosts[0].routes[1].request_headers_to_remove: :-prefixed or host headers may not be removed',
    '37:39 routes[1].response_headers_to_add[0].header: REQ requires parameters',
  ]);
});

test('the limit of programs follows the runtime of the config', () => {
  const route = `
                        - match: { safe_regex: { regex: "/a{97}" } }
                          direct_response: { status: 200 }`;
  assert.match(problemsOf(config(route)).join(), /RE2 program size of 102 > max program size of 100/);
  const runtime = `layered_runtime: { layers: [{ name: s, static_layer: { re2.max_program_size.error_level: 200 } }] }`;
  assert.deepEqual(problemsOf(config(route, runtime)), []);
});
