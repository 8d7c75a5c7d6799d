import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { LabError } from '../../../../error.ts';
import { systemClock } from '../../../clock.ts';
import { StatsStore } from '../../../stats/store.ts';
import { SecretManager } from './secret-manager.ts';

let folder: string;
let stats: StatsStore;
let manager: SecretManager;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  stats = new StatsStore();
  const reader = { readFile: (path: string) => readFileSync(path), variables: {} };
  const known = [{ name: 'static', tls_certificate: { certificate_chain: { inline_string: 'x' } } }];
  manager = new SecretManager(known, reader, systemClock, stats);
});

afterEach(() => {
  manager[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const count = (name: string) => stats.counter(`sds.own.${name}`).value;

function replace(name: string, text: string): void {
  writeFileSync(path('.new'), text);
  renameSync(path('.new'), path(name));
}

function secretFile(name = 'own'): string {
  const certificate = {
    certificate_chain: { filename: path('crt') },
    private_key: { filename: path('key') },
  };
  const type = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';
  return JSON.stringify({ resources: [{ '@type': type, name, tls_certificate: certificate }] });
}

function find() {
  const sds_config = { path_config_source: { path: path('own.json') } };
  return manager.find({ name: 'own', sds_config }, 'tls_certificate');
}

function write(): void {
  replace('crt', 'one');
  replace('key', 'k');
  replace('own.json', secretFile());
}

async function until(reached: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !reached(); await setTimeout(5)) {
    assert.ok(Date.now() < end, 'never came');
  }
}

const chain = (source: ReturnType<typeof find>) =>
  source.value?.tls_certificate?.certificate_chain?.inline_bytes?.toString();

it('finds secrets of the bootstrap by name and kind', () => {
  assert.ok(manager.find({ name: 'static' }, 'tls_certificate').value);
  assert.throws(() => manager.find({ name: 'static' }, 'validation_context'), LabError);
  assert.throws(() => manager.find({ name: 'nosuch' }, 'tls_certificate'), /Unknown static secret: nosuch/);
});

it('reads a file of secrets once for all, and refuses one that is not there', () => {
  assert.throws(find, /paths must refer to an existing path/);
  write();
  assert.equal(find(), find());
  assert.equal(chain(find()), 'one');
  assert.equal(count('update_success'), 1);
});

it('has the new value when a file the secret names is replaced', async () => {
  write();
  const source = find();
  let updates = 0;
  source.use(() => updates++);
  replace('crt', 'two');
  await until(() => chain(source) === 'two');
  assert.equal(updates, 1);
});

it('keeps the old value where whoever uses it refuses the new', async () => {
  write();
  const source = find();
  source.use(() => {
    throw new Error('not a pair');
  });
  replace('crt', 'two');
  await until(() => count('key_rotation_failed') > 0);
  assert.equal(chain(source), 'one');
});

it('refuses a secret whose directory cannot be watched', async () => {
  write();
  const source = find();
  const { resources } = JSON.parse(secretFile()) as { resources: { tls_certificate: object }[] };
  Object.assign(resources[0]!.tls_certificate, { watched_directory: { path: path('nowhere') } });
  replace('own.json', JSON.stringify({ resources }));
  await until(() => count('update_rejected') === 1);
  replace('crt', 'two');
  await until(() => chain(source) === 'two');
});

it('counts what is no secret, and one of another name', async () => {
  write();
  const source = find();
  replace('own.json', '{');
  await until(() => count('update_failure') === 1);
  replace('own.json', secretFile('other'));
  await until(() => count('update_rejected') === 1);
  replace('own.json', secretFile());
  await until(() => count('update_success') === 2);
  assert.equal(chain(source), 'one');
});
