import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RequestHeaders } from '../../../http/headers.ts';
import { readConfig } from './config.ts';
import { mutateRequestHeaders } from './request-headers.ts';

type Fields = Readonly<Record<string, string>>;
const localInfo = { nodeId: 'n', cluster: 'c', zone: '', address: '192.0.2.1' };

/** The fields a request goes on with, and who its client is taken to be. */
function mutate(
  fields: Fields,
  options: Fields | object = {},
  peer = '10.1.1.1',
  internalOnly: string[] = [],
) {
  const headers = new RequestHeaders();
  for (const [name, value] of Object.entries(fields)) headers.add(name, value);
  const direct = { address: peer, port: 5000 };
  const connection = {
    id: 1,
    local: { address: '10.0.0.1', port: 80 },
    directRemote: direct,
    remote: direct,
    tls: undefined,
  };
  const config = readConfig({ stat_prefix: 's', ...options }, localInfo.cluster);
  const remote = mutateRequestHeaders(headers, connection, config, localInfo, internalOnly, () => 'uuid');
  return {
    remote: remote.address,
    scheme: headers.scheme,
    fields: Object.fromEntries(headers.names.map((name, i) => [name, headers.values[i]])),
  };
}

const standard = { 'x-forwarded-proto': 'http', 'x-request-id': 'uuid' };

describe('mutateRequestHeaders', () => {
  it('adds scheme and id, and drops what belongs to one hop', () => {
    const hop = {
      connection: 'keep-alive',
      'keep-alive': '5',
      'proxy-connection': 'x',
      'transfer-encoding': 'chunked',
      upgrade: 'h2c',
      te: 'gzip',
      'x-envoy-internal': 'true',
      'x-a': '1',
    };
    assert.deepEqual(mutate(hop).fields, { 'x-a': '1', ...standard });
  });

  it('keeps the words of an upgrade', () => {
    const { fields } = mutate({ connection: 'Upgrade', upgrade: 'websocket' });
    assert.equal(fields['connection'], 'Upgrade');
    assert.equal(fields['upgrade'], 'websocket');
  });

  it('takes the client from x-forwarded-for when the peer is trusted', () => {
    assert.equal(mutate({ 'x-forwarded-for': '1.1.1.1, 2.2.2.2' }).remote, '2.2.2.2');
    assert.equal(
      mutate({ 'x-forwarded-for': '1.1.1.1, 2.2.2.2' }, { xff_num_trusted_hops: 1 }).remote,
      '1.1.1.1',
    );
    assert.equal(mutate({ 'x-forwarded-for': 'nonsense' }).remote, '10.1.1.1');
    assert.equal(mutate({ 'x-forwarded-for': '1.1.1.1' }, { xff_num_trusted_hops: 1 }).remote, '10.1.1.1');
  });

  it('names the peer at the edge', () => {
    const { fields, remote } = mutate({ 'x-forwarded-for': '1.1.1.1' }, { use_remote_address: true });
    assert.equal(remote, '10.1.1.1');
    assert.equal(fields['x-forwarded-for'], '1.1.1.1,10.1.1.1');
    assert.equal(fields['x-envoy-external-address'], '10.1.1.1');
  });

  it('names this machine in place of a peer on loopback', () => {
    const { fields } = mutate({}, { use_remote_address: true }, '127.0.0.1');
    assert.equal(fields['x-forwarded-for'], '192.0.2.1');
  });

  it('believes no scheme and no id from outside', () => {
    const claimed = { 'x-forwarded-proto': 'https', 'x-request-id': 'mine' };
    const edge = { use_remote_address: true };
    assert.equal(mutate(claimed, edge).scheme, 'http');
    assert.equal(mutate(claimed, edge).fields['x-request-id'], 'uuid');
    assert.equal(mutate(claimed).scheme, 'https');
    assert.equal(mutate(claimed).fields['x-request-id'], 'mine');
    assert.equal(
      mutate(claimed, { ...edge, preserve_external_request_id: true }).fields['x-request-id'],
      'mine',
    );
  });

  it('drops control fields of requests from outside, more of them at the edge', () => {
    const fields = { 'x-envoy-retry-on': '5xx', 'x-envoy-decorator-operation': 'op', 'x-secret': '1' };
    assert.deepEqual(mutate(fields, {}, '10.1.1.1', ['x-secret']).fields, {
      'x-envoy-decorator-operation': 'op',
      ...standard,
    });
    const edge = mutate(fields, { use_remote_address: true }).fields;
    assert.equal(edge['x-envoy-decorator-operation'], undefined);
  });

  it('keeps them from inside, and says so', () => {
    const inside = {
      use_remote_address: true,
      internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] },
    };
    const { fields } = mutate({ 'x-envoy-retry-on': '5xx' }, inside);
    assert.equal(fields['x-envoy-retry-on'], '5xx');
    assert.equal(fields['x-envoy-internal'], 'true');
    assert.equal(fields['x-envoy-external-address'], undefined);
  });

  it('adds what the config asks for', () => {
    const options = {
      via: 'proxy',
      add_user_agent: true,
      generate_request_id: false,
      append_x_forwarded_port: true,
      scheme_header_transformation: { scheme_to_overwrite: 'https' },
    };
    assert.deepEqual(mutate({ via: 'before' }, options), {
      remote: '10.1.1.1',
      scheme: 'https',
      fields: {
        via: 'before, proxy',
        'x-forwarded-proto': 'https',
        'x-forwarded-port': '80',
        'x-envoy-downstream-service-cluster': 'c',
        'x-envoy-downstream-service-node': 'n',
        'user-agent': 'c',
      },
    });
  });

  it('lets nobody without a certificate say that he has one', () => {
    const field = { 'x-forwarded-client-cert': 'By=a' };
    const shown = (forward_client_cert_details: string) =>
      mutate(field, { forward_client_cert_details }).fields['x-forwarded-client-cert'];
    for (const mode of ['SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET'])
      assert.equal(shown(mode), undefined, mode);
    assert.equal(shown('ALWAYS_FORWARD_ONLY'), 'By=a');
    assert.equal(mutate(field).fields['x-forwarded-client-cert'], undefined);
  });

  it('drops a referer that tells too much, or two of them', () => {
    assert.equal(mutate({ referer: 'http://a/#x' }).fields['referer'], undefined);
    assert.equal(mutate({ referer: 'http://a/x' }).fields['referer'], 'http://a/x');
    const headers = new RequestHeaders();
    headers.add('referer', '/a');
    headers.add('referer', '/b');
    const peer = { address: '10.1.1.1', port: 1 };
    const connection = { id: 1, local: peer, directRemote: peer, remote: peer, tls: undefined };
    mutateRequestHeaders(headers, connection, readConfig({ stat_prefix: 's' }, ''), localInfo, [], () => 'u');
    assert.ok(!headers.has('referer'));
  });
});
