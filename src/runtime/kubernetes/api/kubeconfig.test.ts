import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { findKubeconfig, formatPlace, noKubeconfig, parsePlace, readAccess } from './kubeconfig.ts';

const config = (context: string, server: string, current = context) => `
apiVersion: v1
kind: Config
clusters: [{name: c-${context}, cluster: {server: "${server}"}}]
users: [{name: u, user: {token: secret}}]
contexts: [{name: ${context}, context: {cluster: c-${context}, user: u, namespace: mine}}]
current-context: ${current}
`;

describe('the kubeconfig', () => {
  let home: string;
  const write = (name: string, text: string) => {
    const path = join(home, name);
    writeFileSync(path, text);
    return path;
  };

  before(() => {
    home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-kubeconfig-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  it('is what KUBECONFIG names, else that of the home, else the pod this runs in', () => {
    assert.deepEqual(findKubeconfig({ KUBECONFIG: '/a', HOME: home }), { paths: '/a', named: true });
    assert.equal(findKubeconfig({ HOME: home }), undefined);
    assert.deepEqual(findKubeconfig({ HOME: home, KUBERNETES_SERVICE_HOST: '10.0.0.1' }), {
      paths: '',
      named: false,
    });
    mkdirSync(join(home, '.kube'));
    const own = write('.kube/config', '');
    assert.deepEqual(findKubeconfig({ HOME: home }), { paths: own, named: false });
    assert.match(
      noKubeconfig({ HOME: '/home/x' }).message,
      /no kubeconfig: KUBECONFIG is not set, and \/home\/x\/\.kube\/config/,
    );
  });

  it('gives the current context, or another one of it', async () => {
    const one = write('one', config('first', 'https://one:6443/'));
    const two = write('two', config('second', 'https://two:6443'));
    const access = await readAccess({ kubeconfig: one });
    assert.deepEqual(
      [access.server, access.context, access.namespace],
      ['https://one:6443', 'first', 'mine'],
    );
    assert.deepEqual((await access.options()).headers, { Authorization: 'Bearer secret' });
    const other = await readAccess({ kubeconfig: `${one}:${two}`, context: 'second' });
    assert.equal(other.server, 'https://two:6443');
  });

  it('is refused when it is not there, cannot be read, or has no such context', async () => {
    const one = write('one', config('first', 'https://one:6443'));
    await assert.rejects(readAccess({ kubeconfig: join(home, 'none') }), {
      code: 'runtime',
      message: /there is no kubeconfig .*none/,
    });
    await assert.rejects(readAccess({ kubeconfig: write('bad', '{') }), {
      code: 'runtime',
      message: /cannot read the kubeconfig .*bad/,
    });
    await assert.rejects(readAccess({ kubeconfig: one, context: 'other' }), {
      code: 'runtime',
      message: /has no context other/,
      hint: /it has first/,
    });
    const none = write('none-current', config('first', 'https://one:6443', '""'));
    await assert.rejects(readAccess({ kubeconfig: none }), {
      code: 'runtime',
      message: /names no current context/,
    });
  });
});

describe('a kubeconfig that is of no use', () => {
  let home: string;
  before(() => {
    home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-kubeconfig-'));
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  const written = (cluster: string, user = 'token: secret') => {
    const path = join(home, 'config');
    const entry = (name: string, kind: string, fields: string) => `{name: ${name}, ${kind}: {${fields}}}`;
    writeFileSync(
      path,
      `clusters: [${entry('c', 'cluster', cluster)}]\nusers: [${entry('u', 'user', user)}]\ncontexts: [${entry('x', 'context', 'cluster: c, user: u')}]\ncurrent-context: x\n`,
    );
    return path;
  };
  const login = (fields: string) =>
    written('server: "https://one"', `exec: {apiVersion: client.authentication.k8s.io/v1, ${fields}}`);

  it('is told with what is wrong in it', async () => {
    for (const [cluster, message, hint] of [
      ['server: junk', /server of cluster c is "junk", which is no address/, /https:\/\//],
      ['server: "https://one", proxy-url: "ftp://two"', /proxy-url of cluster c is "ftp:\/\/two"/, /socks5/],
      ['foo: bar', /cannot read the kubeconfig .*server is missing/, /kubectl config view/],
    ] as const) {
      await assert.rejects(readAccess({ kubeconfig: written(cluster) }), { code: 'runtime', message, hint });
    }
    const path = join(home, 'other');
    for (const [text, message] of [
      ['', /names no current context/],
      ['[1]', /names no current context|it is none/],
      ['a: [\ntoken: secret', /cannot read the kubeconfig [^\n]*$/],
      ['contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x', /names no cluster that is there/],
    ] as const) {
      writeFileSync(path, text);
      await assert.rejects(readAccess({ kubeconfig: path }), { code: 'runtime', message });
    }
    await assert.rejects(readAccess({ kubeconfig: `${home}/none:${home}/never` }), {
      code: 'runtime',
      message: /there is no kubeconfig .*none, .*never/,
    });
  });

  it('is told when its credentials cannot be had', async () => {
    const refused = async (kubeconfig: string, message: RegExp, hint: RegExp) => {
      const access = await readAccess({ kubeconfig });
      await assert.rejects(access.options(), { code: 'runtime', message, hint });
    };
    await refused(
      login('command: nosuch-login'),
      /logs in with nosuch-login, which is not there/,
      /install nosuch-login/,
    );
    await refused(
      login('command: nosuch-login, installHint: "see example.com"'),
      /which is not there/,
      /^see example.com$/,
    );
    await refused(
      login('command: sh, args: [-c, "echo who are you >&2; exit 1"]'),
      /logs in with sh, which fails: who are you$/,
      /log in/,
    );
    await refused(
      written('server: "https://one", certificate-authority: /nosuch/ca.crt'),
      /credentials of the kubeconfig .*nosuch\/ca.crt/,
      /correct the kubeconfig/,
    );
  });

  it('serves without a user and without TLS, as kubectl proxy has it', async () => {
    const path = join(home, 'plain');
    writeFileSync(
      path,
      'clusters: [{name: c, cluster: {server: "http://127.0.0.1:8001"}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n',
    );
    const access = await readAccess({ kubeconfig: path });
    assert.deepEqual((await access.options()).headers ?? {}, {});
    writeFileSync(
      path,
      'clusters: [{name: c, cluster: {server: "https://one", insecure-skip-tls-verify: true}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n',
    );
    const options = await (await readAccess({ kubeconfig: path })).options();
    assert.equal(options.rejectUnauthorized, false);
  });

  it('takes what comes first of several, the empty and the missing left out', async () => {
    const one = written('server: "https://one"');
    const two = join(home, 'two');
    writeFileSync(
      two,
      'clusters: [{name: c, cluster: {server: "https://two"}}]\nusers: []\ncontexts: [{name: y, context: {cluster: c, user: u}}]\ncurrent-context: y\n',
    );
    writeFileSync(join(home, 'empty'), '');
    const kubeconfig = `${home}/nosuch:${home}/empty:${one}:${two}`;
    assert.equal((await readAccess({ kubeconfig })).context, 'x');
    assert.equal((await readAccess({ kubeconfig, context: 'y' })).server, 'https://one');
  });

  it('says so where a pod has no service account', async (t) => {
    // Of what the cluster tells its pods.
    const { KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT } = process.env;
    t.after(() => {
      for (const [name, value] of Object.entries({ KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT })) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    Object.assign(process.env, { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: '443' });
    const access = await readAccess({ kubeconfig: '' });
    await assert.rejects(access.options(), {
      code: 'runtime',
      message: /credentials of the pod's service account cannot be had/,
    });
  });
});

it('writes a place down so that it can be read again', () => {
  for (const place of [
    { kubeconfig: '/a:/b', context: 'kind#1', namespace: 'ns' },
    { kubeconfig: '/a', context: 'x' },
    { kubeconfig: '' },
  ]) {
    assert.deepEqual(parsePlace(formatPlace(place)), place);
  }
});
