import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type DnsServer, startDnsServer } from '../../../dns/server.ts';
import { preloadSource } from './preload.ts';

const linux = process.platform === 'linux' ? false : 'needs many loopback addresses';
const OWN = '127.63.7.9';

/** Each program prints one line. */
const programs: readonly [string, string, string][] = [
  [
    'moves a wildcard listener',
    `require('net').createServer().listen(0, function () { say(this.address().address); })`,
    OWN,
  ],
  [
    'moves a listener without arguments',
    `require('net').createServer().listen(function () { say(this.address().address); })`,
    OWN,
  ],
  [
    'moves a listener on 0.0.0.0',
    `require('http').createServer().listen(0, '0.0.0.0', function () { say(this.address().address); })`,
    OWN,
  ],
  [
    'moves a listener on localhost',
    `require('net').createServer().listen({ port: 0, host: 'localhost' }, function () { say(this.address().address); })`,
    OWN,
  ],
  [
    'moves a listener on 127.0.0.1 with a backlog',
    `require('net').createServer().listen(0, '127.0.0.1', 5, function () { say(this.address().address); })`,
    OWN,
  ],
  [
    'leaves other addresses alone',
    `require('net').createServer().listen(0, '127.63.7.10', function () { say(this.address().address); })`,
    '127.63.7.10',
  ],
  [
    'leaves a path alone',
    `require('net').createServer().listen(process.argv[1], function () { say(typeof this.address()); })`,
    'string',
  ],
  [
    'moves a datagram socket',
    `const s = require('dgram').createSocket('udp4'); s.bind(0, () => say(s.address().address))`,
    OWN,
  ],
  [
    'leads localhost to the node, by every way to say it',
    `const net = require('net');
     const server = net.createServer((socket) => socket.end(socket.remoteAddress)).listen(0, async () => {
       const { port } = server.address();
       const read = (socket) => new Promise((done) => { let text = ''; socket.on('data', (d) => text += d).on('end', () => done(text)).on('error', (e) => done(e.code)); });
       const answers = [net.connect(port), net.connect(port, '127.0.0.1'), net.connect({ port, host: 'localhost' }), new net.Socket().connect(port, '::1')];
       say([...new Set(await Promise.all(answers.map(read)))].join());
     })`,
    OWN,
  ],
  [
    'takes http to localhost there',
    `const http = require('http'); const server = http.createServer((q, r) => r.end('ok')).listen(0, '0.0.0.0', () =>
       http.get('http://127.0.0.1:' + server.address().port, (r) => r.on('data', (d) => say(String(d)))))`,
    'ok',
  ],
  [
    'asks the lab for names',
    `require('dns').lookup('web', (error, address, family) => say(error?.code ?? address + ' ' + family))`,
    '127.63.7.2 4',
  ],
  [
    'asks the lab for all addresses',
    `require('dns').lookup('web', { all: true }, (_, found) => say(JSON.stringify(found)))`,
    '[{"address":"127.63.7.2","family":4}]',
  ],
  [
    'asks the lab by promise',
    `require('dns').promises.lookup('web').then(({ address }) => say(address))`,
    '127.63.7.2',
  ],
  [
    'asks the lab by promisify',
    `require('util').promisify(require('dns').lookup)('web').then(({ address }) => say(address))`,
    '127.63.7.2',
  ],
  [
    'asks the lab by resolver',
    `const r = new (require('dns').Resolver)(); r.setServers(['127.0.0.1:1']); r.resolve4('web', (_, found) => say(found.join()))`,
    '127.63.7.2',
  ],
  [
    'asks the lab by resolve4',
    `require('dns').promises.resolve4('web').then((found) => say(found.join()))`,
    '127.63.7.2',
  ],
  ['resolves localhost', `require('dns').lookup('localhost', (_, address) => say(address))`, OWN],
  ['says that a name is unknown', `require('dns').lookup('nobody', (error) => say(error.code))`, 'ENOTFOUND'],
  ['is called as the node', `say(require('os').hostname())`, 'web-1'],
  ['reaches modules', `import('node:os').then(({ hostname }) => say(hostname()))`, 'web-1'],
  [
    'reaches workers',
    `new (require('worker_threads').Worker)("require('worker_threads').parentPort.postMessage(require('os').hostname())", { eval: true }).on('message', say)`,
    'web-1',
  ],
];

describe('the preload of loopback programs', { skip: linux }, () => {
  let folder: string;
  let dns: DnsServer;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-preload-'));
    writeFileSync(join(folder, 'preload.cjs'), preloadSource());
    dns = await startDnsServer({
      host: '127.0.0.1',
      port: 0,
      lookup: ({ name, type }) =>
        name !== 'web' ? 'unknown' : type === 'A' ? [{ type, data: '127.63.7.2' }] : [],
    });
  });
  after(async () => {
    await dns[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  for (const [what, program, expected] of programs) {
    it(what, async () => {
      const env = {
        PATH: process.env.PATH ?? '',
        NODE_OPTIONS: `--require ${JSON.stringify(join(folder, 'preload.cjs'))}`,
        ENVOY_LAB_LOOPBACK_ADDRESS: OWN,
        ENVOY_LAB_DNS: `127.0.0.1:${dns.port}`,
        HOSTNAME: 'web-1',
      };
      const code = `const say = (text) => { console.log(text); process.exit(); };\n${program}`;
      const said = await new Promise((resolve) => {
        execFile(
          process.execPath,
          ['-e', code, join(folder, 'socket')],
          { env, timeout: 10_000 },
          (error, stdout, stderr) => resolve(stdout.trim() || stderr || String(error)),
        );
      });
      assert.equal(said, expected);
    });
  }
});
