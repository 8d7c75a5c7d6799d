import assert from 'node:assert/strict';
import { it } from 'node:test';
import { direct, TestServer, until } from '../server/server.fake.ts';

const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n';
const filter = (message: string, more: object = {}) => ({
  name: message,
  typed_config: { '@type': `x/envoy.extensions.filters.listener.${message}`, ...more },
});
const proxyProtocol = filter('proxy_protocol.v3.ProxyProtocol');
const httpInspector = filter('http_inspector.v3.HttpInspector');
const start = (listener: object) => TestServer.start(direct('hi'), 1, { listener });

it('each filter gets what the one before has left', async () => {
  await using proxy = await start({ listener_filters: [proxyProtocol, httpInspector] });
  using client = proxy.client().send(`PROXY UNKNOWN\r\n${get}`);
  await client.gets('hi');
  assert.equal(proxy.counter('proxy_proto.versions.v1.found'), 1);
  assert.equal(proxy.counter('http_inspector.http11_found'), 1);
});

it('bytes that come one at a time are put together', async () => {
  await using proxy = await start({ listener_filters: [proxyProtocol] });
  using client = proxy.client();
  for (const byte of `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n${get}`) {
    client.send(byte);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.gets('hi');
});

it('who says nothing is closed when the time is over', async () => {
  await using proxy = await start({ listener_filters: [proxyProtocol], listener_filters_timeout: 20 });
  using client = proxy.client();
  assert.equal(await client.ends(), 'fin');
  assert.equal(proxy.counter('listener.127.0.0.1_0.downstream_pre_cx_timeout'), 1);
  await until('it is gone', () => proxy.gauge('listener.127.0.0.1_0.downstream_pre_cx_active') === 0);
});

it('what was refused is closed by a reset, its bytes unread', async () => {
  await using proxy = await start({ listener_filters: [proxyProtocol] });
  using client = proxy.client().send(get);
  assert.equal(await client.ends(), 'reset');
});

it('a filter that is disabled does not look', async () => {
  const disabled = { ...proxyProtocol, filter_disabled: { or_match: { rules: [{ any_match: true }] } } };
  await using proxy = await start({ listener_filters: [disabled] });
  using client = proxy.client().send(get);
  await client.gets('hi');
});

it('a config that allows no version is refused', async () => {
  const none = filter('proxy_protocol.v3.ProxyProtocol', { disallowed_versions: ['V1', 'V2'] });
  await assert.rejects(start({ listener_filters: [none] }), /all proxy protocol versions are disallowed/);
});
