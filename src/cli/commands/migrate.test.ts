import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fakeIo } from '../io.fake.ts';
import { main } from '../main.ts';

const v2 = `# the only cluster
static_resources:
  clusters:
    - name: app
      connect_timeout: 1s
      hosts: [{ socket_address: { address: 127.0.0.1, port_value: 80 } }]
`;
const v3 = `# the only cluster
static_resources:
  clusters:
    - name: app
      connect_timeout: 1s
      load_assignment:
        cluster_name: app
        endpoints:
          - lb_endpoints:
              - endpoint:
                  address: { socket_address: { address: 127.0.0.1, port_value: 80 } }
`;
const lost = `${v2}stats_sinks:\n  - name: acme.sink\n    config: {}\n`;

describe('envoy-lab migrate', () => {
  let cwd: string;
  before(async () => {
    cwd = await mkdtemp(join(tmpdir(), 'migrate-'));
  });
  after(() => rm(cwd, { recursive: true, force: true }));

  const write = (file: string, text: string) => writeFile(join(cwd, file), text);
  const read = (file: string) => readFile(join(cwd, file), 'utf8');
  async function run(...words: readonly string[]) {
    const { io, out, err } = fakeIo({ cwd });
    const code = await main(['migrate', ...words], io);
    return { code, out: out(), err: err() };
  }

  it('prints the v3 form and leaves the file alone', async () => {
    await write('envoy.yaml', v2);
    assert.deepEqual(await run('envoy.yaml'), { code: 0, out: v3, err: '' });
    assert.equal(await read('envoy.yaml'), v2);
  });

  it('writes to -o, and over a file only with --force', async () => {
    await write('envoy.yaml', v2);
    assert.deepEqual(await run('envoy.yaml', '-o', 'new.yaml'), {
      code: 0,
      out: '',
      err: 'wrote new.yaml\n',
    });
    assert.equal(await read('new.yaml'), v3);
    await write('new.yaml', 'mine\n');
    const refused = await run('envoy.yaml', '-o', 'new.yaml');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /new\.yaml is there already\n.*--force overwrites it/);
    assert.equal(await read('new.yaml'), 'mine\n');
    assert.equal((await run('envoy.yaml', '-o', 'new.yaml', '--force')).code, 0);
    assert.equal(await read('new.yaml'), v3);
  });

  it('writes into the file with --write', async () => {
    await write('own.yaml', v2);
    assert.deepEqual(await run('own.yaml', '--write'), { code: 0, out: '', err: 'wrote own.yaml\n' });
    assert.equal(await read('own.yaml'), v3);
    const again = await run('own.yaml', '--write');
    assert.deepEqual(again, { code: 0, out: '', err: 'own.yaml has nothing of the v2 API\n' });
    assert.equal(await read('own.yaml'), v3);
  });

  it('prints a v3 file as it is', async () => {
    await write('v3.yaml', `${v3}\n\n# end`);
    const { code, out } = await run('v3.yaml');
    assert.equal(code, 0);
    assert.equal(out, `${v3}\n\n# end`);
  });

  it('names what has no v3 form with its line, and ends with 2', async () => {
    await write('lost.yaml', lost);
    const { code, out, err } = await run('lost.yaml');
    assert.equal(code, 2);
    assert.match(out, /config: {}/);
    assert.match(err, /^lost\.yaml:9:5: stats_sinks\[0\]\.config: the config of acme\.sink has no v3 form/m);
    assert.match(err, /1 place has no v3 form/);
  });

  it('reads JSON, and does not put YAML into it', async () => {
    await write('envoy.json', '{"static_resources": {"clusters": [{"name": "a", "hosts": []}]}}');
    const { code, out } = await run('envoy.json');
    assert.equal(code, 0);
    assert.match(out, /^static_resources:\n {2}clusters:\n {4}- name: a\n/);
    const refused = await run('envoy.json', '--write');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /envoy-lab migrate envoy\.json -o envoy\.yaml/);
  });

  it('says what is wrong with a file that cannot be read', async () => {
    const missing = await run('nowhere.yaml');
    assert.equal(missing.code, 1);
    assert.match(missing.err, /no such file: nowhere\.yaml\n.*looked in /);
    const folder = await run('.');
    assert.equal(folder.code, 1);
    assert.match(folder.err, /cannot read \.: .*\n.*give a file that can be read/);
    await write('broken.yaml', 'a: [\n');
    const broken = await run('broken.yaml');
    assert.equal(broken.code, 2);
    assert.match(broken.err, /broken\.yaml:\d+:\d+/);
    await write('list.yaml', '- a\n');
    const list = await run('list.yaml');
    assert.equal(list.code, 2);
    assert.match(list.err, /list\.yaml:1:1: expected a map/);
  });

  it('does not take --write and -o at once', async () => {
    const { code, err } = await run('envoy.yaml', '--write', '-o', 'x.yaml');
    assert.equal(code, 1);
    assert.match(err, /cannot be used together\n.*give one of them/);
  });

  it('says when the result cannot be written', async () => {
    const { code, err } = await run('envoy.yaml', '-o', 'no/such/folder.yaml');
    assert.equal(code, 3);
    assert.match(err, /cannot write no\/such\/folder\.yaml.*\n.*name another place with -o/);
  });

  it('up on a v2 file says that it is v2 and what to type', async () => {
    await write('sandbox.yaml', 'name: old\nnodes:\n  proxy:\n    envoy: old.yaml\n');
    await write('old.yaml', v2);
    const { io, err } = fakeIo({ cwd, env: { HOME: cwd, PATH: process.env.PATH } });
    const code = await main(['up', '.', '--dry-run', '--runtime', 'process'], io);
    assert.equal(code, 2);
    assert.match(err(), /old\.yaml:6:7: static_resources\.clusters\[0\]\.hosts: hosts is of the v2 API/);
    assert.match(err(), /it is an Envoy v2 config: envoy-lab migrate old\.yaml prints it as v3/);
  });
});
