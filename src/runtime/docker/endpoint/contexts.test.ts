import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { namedEndpoint, recordedEndpoint } from './candidates.ts';
import { contextNames } from './contexts.ts';
import type { EngineSurroundings } from './endpoint.ts';

const home = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(home, { recursive: true }));

function write(file: string, content: unknown): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const idOf = (name: string) => createHash('sha256').update(name).digest('hex');

function context(folder: string, name: string, docker: unknown): void {
  write(`${folder}/contexts/meta/${idOf(name)}/meta.json`, { Name: name, Endpoints: { docker } });
}

context('.docker', 'colima', { Host: 'unix:///colima.sock', SkipTLSVerify: false });
context('.docker', 'far', { Host: 'tcp://far:2376', SkipTLSVerify: true });
context('.docker', 'empty', {});
write(`.docker/contexts/tls/${idOf('far')}/docker/ca.pem`, 'CA');
write(`.docker/contexts/tls/${idOf('far')}/docker/key.pem`, 'KEY');
write('.docker/contexts/meta/broken/meta.json', '{');
context('other', 'there', { Host: 'unix:///there.sock' });
write('other/config.json', { currentContext: 'there', auths: {} });
write('certs/ca.pem', 'MY CA');

const surroundings = (env: Record<string, string> = {}): EngineSurroundings => {
  return { env, home, uid: 1000, platform: 'linux' };
};
const named = (env: Record<string, string>) => namedEndpoint(surroundings(env));

describe('the engine that is named', () => {
  it('is none when nobody says which', () => {
    assert.equal(named({}), undefined);
    assert.equal(named({ DOCKER_HOST: '', DOCKER_CONTEXT: '', CONTAINER_HOST: '' }), undefined);
    assert.equal(namedEndpoint({ env: {}, home: undefined, uid: 1, platform: 'linux' }), undefined);
  });

  it('is that of DOCKER_HOST before all others', () => {
    const endpoint = named({ DOCKER_HOST: 'unix:///a.sock', DOCKER_CONTEXT: 'colima', CONTAINER_HOST: 'x' });
    assert.deepEqual([endpoint?.url, endpoint?.from], ['unix:///a.sock', 'DOCKER_HOST']);
  });

  it('is reached by TLS when DOCKER_TLS_VERIFY says so, with what is in DOCKER_CERT_PATH', () => {
    const tls = { DOCKER_HOST: 'tcp://h:1', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: join(home, 'certs') };
    assert.deepEqual(named(tls)?.at, { kind: 'tcp', host: 'h', port: 1, tls: { verify: true, ca: 'MY CA' } });
    assert.deepEqual(named({ ...tls, DOCKER_TLS_VERIFY: '' })?.at, { kind: 'tcp', host: 'h', port: 1 });
    const bad = { ...tls, DOCKER_CERT_PATH: join(home, 'unreadable') };
    mkdirSync(join(home, 'unreadable', 'ca.pem'), { recursive: true });
    assert.throws(() => named(bad), { code: 'runtime', message: /ca\.pem cannot be read \(EISDIR\)/ });
  });

  it('is that of a context, with its TLS folder', () => {
    assert.equal(named({ DOCKER_CONTEXT: 'colima' })?.url, 'unix:///colima.sock');
    assert.equal(named({ DOCKER_CONTEXT: 'colima' })?.from, 'context colima');
    assert.deepEqual(named({ DOCKER_CONTEXT: 'far' })?.at, {
      kind: 'tcp',
      host: 'far',
      port: 2376,
      tls: { ca: 'CA', key: 'KEY', verify: false },
    });
    assert.equal(named({ DOCKER_CONTEXT: 'default' }), undefined);
  });

  it('is that of the current context of the folder DOCKER_CONFIG names', () => {
    const env = { DOCKER_CONFIG: join(home, 'other') };
    assert.equal(named(env)?.url, 'unix:///there.sock');
    assert.equal(named({ ...env, CONTAINER_HOST: 'unix:///podman.sock' })?.url, 'unix:///there.sock');
    assert.equal(named({ ...env, DOCKER_CONTEXT: 'default' }), undefined);
  });

  it('is that of CONTAINER_HOST when nothing of Docker names one', () => {
    assert.equal(named({ CONTAINER_HOST: 'unix:///podman.sock' })?.from, 'CONTAINER_HOST');
  });

  it('is refused when its context does not exist, listing those that do', () => {
    assert.throws(() => named({ DOCKER_CONTEXT: 'colma' }), {
      code: 'usage',
      message: 'DOCKER_CONTEXT names the context "colma", which does not exist',
      hint: 'there is default, colima, empty, far',
    });
    write('gone/config.json', { currentContext: 'gone' });
    assert.throws(() => named({ DOCKER_CONFIG: join(home, 'gone') }), {
      message: /config\.json names the context "gone"/,
      hint: 'there is default',
    });
  });

  it('is refused when its context names no engine, or a file is broken', () => {
    assert.throws(() => named({ DOCKER_CONTEXT: 'empty' }), {
      code: 'runtime',
      message: /names no container engine/,
    });
    write('broken/config.json', '{"currentContext":');
    assert.throws(() => named({ DOCKER_CONFIG: join(home, 'broken') }), {
      code: 'runtime',
      message: /broken\/config\.json is no JSON/,
    });
  });
});

it('lists contexts that can be read', () => {
  assert.deepEqual(contextNames(surroundings()), ['colima', 'empty', 'far']);
});

describe('an engine that was written down', () => {
  it('has the TLS of the context that names the same address, whatever is named now', () => {
    const env = { DOCKER_HOST: 'not an address' };
    const { at } = recordedEndpoint(surroundings(env), 'tcp://far:2376');
    assert.deepEqual(at.kind === 'tcp' && at.tls?.ca, 'CA');
    assert.equal(recordedEndpoint(surroundings(env), 'unix:///colima.sock').from, 'context colima');
  });

  it('is an address of its own when nobody names it any more', () => {
    const { url, from } = recordedEndpoint(surroundings(), 'unix:///old.sock');
    assert.deepEqual([url, from], ['unix:///old.sock', "the lab's record"]);
  });
});
