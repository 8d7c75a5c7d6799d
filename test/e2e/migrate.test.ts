import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, request } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer as createTlsServer, request as tlsRequest } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { mintAuthority, mintCertificate } from '../../src/cert/mint.ts';
import { readDocument } from '../../src/document/document.ts';
import { migrate } from '../../src/migrate/migrate.ts';
import { validate } from '../agreement/envoy.ts';
import { envoyEngine, ProxyUnderTest } from '../conformance/proxy.ts';
import { migrationCases } from '../migrate/cases.ts';
import { requireOracle } from '../oracle.ts';

const { path: envoy, skip } = requireOracle();

const admin = { address: { socket_address: { address: '127.0.0.1', port_value: 0 } } };

/** A request, and what a v2 Envoy answered by its documentation. */
interface Exchange {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly status: number;
  /** What the body has in it; the upstream answers with the host, path and `x-way` that it got. */
  readonly says?: string;
  /** Headers of the answer; undefined for one that must not be there. */
  readonly answers?: Readonly<Record<string, string | undefined>>;
}

const upgrade = { connection: 'upgrade', upgrade: 'websocket' };

const answers: Readonly<Record<string, readonly Exchange[]>> = {
  'front-envoy.yaml': [
    { path: '/service/1', status: 200, says: 'HTTP/2.0 /service/1', answers: { server: 'envoy' } },
    { path: '/service/2', status: 200, says: 'HTTP/1.1 /service/2' },
    { path: '/', status: 404 },
  ],
  'sidecar.yaml': [
    { path: '/anything', status: 200, says: '/anything', answers: { server: 'sidecar' } },
    { path: '/alive', status: 200, says: '' },
  ],
  'typed.yaml': [
    { path: '/abc', status: 200, says: 'app.internal', answers: { 'x-lua': 'yes' } },
    { path: '/b', status: 404, says: 'nothing here' },
  ],
  'struct.yaml': [
    { path: '/', status: 200, says: '/', answers: { 'x-envoy-upstream-service-time': undefined } },
  ],
  'routes.yaml': [
    { path: '/item/12', status: 200, says: 'item' },
    { path: '/item/12/more', status: 200, says: 'HTTP/1.1 /item/12/more' },
    { path: '/other', headers: { 'x-way': 'old' }, status: 200, says: 'way=new' },
    {
      path: '/header',
      headers: { 'x-exact': 'one', 'x-pattern': 'abc', 'x-begin': 'abc', 'x-end': 'a', 'x-old': 'abc' },
      status: 200,
      says: 'headers',
    },
    {
      path: '/header',
      headers: { 'x-exact': 'one', 'x-pattern': 'abc1', 'x-begin': 'abc', 'x-end': 'a', 'x-old': 'abc' },
      status: 200,
      says: 'HTTP/1.1 /header',
    },
    { path: '/query?q=yes&num=12&present', status: 200, says: 'query' },
    { path: '/query?q=yes&num=x&present', status: 200, says: 'HTTP/1.1 /query' },
    { path: '/never', status: 200, says: 'HTTP/1.1 /never' },
    { path: '/old', status: 302, answers: { location: 'http://client.example/new' } },
    { path: '/rewrite/x', status: 200, says: 'HTTP/1.1 //x host=rewritten.example' },
    { path: '/by-header', headers: { 'x-host': 'named.example' }, status: 200, says: 'host=named.example' },
  ],
  'cors.yaml': [
    {
      path: '/',
      headers: { origin: 'https://one.example' },
      status: 200,
      answers: { 'access-control-allow-origin': 'https://one.example' },
    },
    {
      path: '/',
      headers: { origin: 'https://a.two.example' },
      status: 200,
      answers: { 'access-control-allow-origin': 'https://a.two.example' },
    },
    {
      path: '/',
      headers: { origin: 'https://three.example' },
      status: 200,
      answers: { 'access-control-allow-origin': undefined },
    },
    {
      path: '/closed',
      headers: { origin: 'https://one.example' },
      status: 200,
      answers: { 'access-control-allow-origin': undefined },
    },
  ],
  'per-filter.yaml': [
    { path: '/broken', status: 503 },
    { path: '/slow', status: 200 },
    { path: '/slow', method: 'POST', body: '12345', status: 413 },
    { path: '/', method: 'POST', body: '12345', status: 200 },
  ],
  'gzip.yaml': [
    {
      path: '/',
      headers: { 'accept-encoding': 'gzip' },
      status: 200,
      answers: { 'content-encoding': 'gzip' },
    },
    { path: '/', status: 200, says: '0123456789', answers: { 'content-encoding': undefined } },
  ],
  'bootstrap.json': [{ path: '/', status: 200, says: '/', answers: { server: 'yes', 'x-lua': 'json' } }],
  'camel.yaml': [{ path: '/', status: 200, says: 'host=camel.example' }],
  'single.yaml': [{ path: '/', status: 200, says: 'host=single.example' }],
  'early.yaml': [
    { path: '/healthz', status: 200, says: '', answers: { 'x-envoy-upstream-service-time': undefined } },
    { path: '/', status: 200, says: 'way=early', answers: { 'x-action': 'action', 'x-route': 'route' } },
    { path: '/', headers: { 'x-never': 'never' }, status: 200, says: 'way=undefined' },
    { path: '/ws', headers: upgrade, status: 200 },
    { path: '/also', headers: upgrade, status: 200 },
    { path: '/', headers: upgrade, status: 403 },
  ],
  'service-to-service.yaml': [{ path: '/x', status: 200, says: '/x' }],
  'tls.yaml': [{ path: '/', status: 200, says: 'HTTP/1.1 /' }],
};

describe('the real Envoy and a migrated config', { skip }, () => {
  let folder: string;
  let certificate: { cert: string; key: string };
  const servers: Server[] = [];
  const ports: Record<string, number> = {};

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'migrate-'));
    const authority = mintAuthority('migrate', new Date());
    certificate = mintCertificate({ names: ['one.example'], days: 1 }, authority, new Date());
    await writeFile(join(folder, 'authority.pem'), authority.cert);
    await writeFile(join(folder, 'cert.pem'), certificate.cert);
    await writeFile(join(folder, 'key.pem'), certificate.key);
    await mkdir(join(folder, 'runtime'));
    await symlink(join(folder, 'runtime'), join(folder, 'current'));
    const echo = (req: Parameters<RequestListener>[0]) =>
      `HTTP/${req.httpVersion} ${req.url} host=${req.headers.host ?? req.headers[':authority']} way=${req.headers['x-way']}`;
    const { cert, key } = certificate;
    const plain = createServer((req, res) => void req.resume().on('end', () => res.end(echo(req))));
    const secure = createTlsServer({ cert, key }, (req, res) => void res.end(echo(req)));
    const h2 = createHttp2Server((req, res) => void res.end(`HTTP/${req.httpVersion} ${req.url}`));
    for (const [port, server] of Object.entries({ 18080: plain, 18443: secure, 18082: h2 })) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      ports[port] = (server.address() as AddressInfo).port;
      servers.push(server as unknown as Server);
    }
  });
  after(async () => {
    for (const server of servers) {
      if ('closeAllConnections' in server) (server.closeAllConnections as () => void)();
      server.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** A case's v3 form, with the ports and files of this test. */
  function migrated(file: string): string {
    const { text } = migrationCases.find((one) => one.file === file)!;
    const { text: v3, problems } = migrate(text, file);
    assert.deepEqual(
      problems.filter(({ severity }) => severity === 'error'),
      [],
    );
    return v3
      .replaceAll(/port_value: (18\d+)/g, (_, port: string) => `port_value: ${ports[port]}`)
      .replaceAll('filename: CERT', `filename: ${join(folder, 'cert.pem')}`)
      .replaceAll('filename: KEY', `filename: ${join(folder, 'key.pem')}`)
      .replaceAll('filename: AUTHORITY', `filename: ${join(folder, 'authority.pem')}`)
      .replaceAll('/srv/runtime/current', join(folder, 'current'));
  }

  for (const { file, text } of migrationCases) {
    // One is no bootstrap, the other has what no v3 takes.
    if (file === 'resources.yaml') continue;
    const gone = file.startsWith('gone');
    it(`${file}: ${gone ? 'is refused' : 'is accepted'}`, async () => {
      const v3 = gone ? migrate(text, file).text : migrated(file);
      const { ok, log } = await validate(envoy, v3);
      assert.equal(ok, !gone, log);
    });
  }

  for (const [file, exchanges] of Object.entries(answers)) {
    it(`${file}: serves the same answers`, async () => {
      const { value } = readDocument(migrated(file), 'v3.yaml', 'envoy');
      const config = { ...(value as object), admin };
      const own = await mkdtemp(join(folder, 'proxy-'));
      await using proxy = await ProxyUnderTest.start(envoyEngine(envoy), config, own);
      const [port] = proxy.listeners.values();
      for (const exchange of exchanges) {
        const what = `${exchange.path} ${JSON.stringify(exchange.headers ?? {})}`;
        const answer = await send(port!, exchange, file === 'tls.yaml');
        assert.equal(answer.status, exchange.status, what);
        if (exchange.says !== undefined)
          assert.ok(answer.body.includes(exchange.says), `${what}: ${answer.body}`);
        for (const [name, value] of Object.entries(exchange.answers ?? {}))
          assert.equal(answer.headers[name], value, `${what}: ${name}`);
      }
    });
  }

  it('files that xDS watches are taken', async () => {
    const resources = migrated('resources.yaml');
    const document = readDocument(resources, 'v3.yaml', 'envoy').value as {
      resources: { '@type': string }[];
    };
    const clusters = document.resources.filter((one) => one['@type'].endsWith('.Cluster'));
    const own = await mkdtemp(join(folder, 'proxy-'));
    const watched = join(own, 'cds.json');
    await writeFile(watched, JSON.stringify({ resources: clusters }));
    const config = {
      node: { id: 'one', cluster: 'two' },
      admin,
      dynamic_resources: {
        cds_config: { path_config_source: { path: watched }, resource_api_version: 'V3' },
      },
    };
    await using proxy = await ProxyUnderTest.start(envoyEngine(envoy), config, own);
    const { body } = await send(proxy.admin, { path: '/clusters', status: 200 }, false);
    assert.match(body, /^app::127\.0\.0\.1:/m);
  });
});

async function send(
  port: number,
  { path, method = 'GET', headers = {}, body }: Exchange,
  secure: boolean,
): Promise<{ status: number; headers: Readonly<Record<string, unknown>>; body: string }> {
  const options = {
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: { host: 'client.example', ...headers },
    agent: false,
  } as const;
  const sent = secure
    ? tlsRequest({ ...options, servername: 'one.example', rejectUnauthorized: false })
    : request(options);
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  answer.setEncoding('utf8').on('data', (data) => (text += data));
  await once(answer, 'end');
  return { status: answer.statusCode!, headers: answer.headers, body: text };
}
