import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RunningLab } from '../../../src/runtime/runtime.ts';
import { identity } from '../identity.ts';
import { container, httpServer, idle, node, script } from '../specs.ts';
import { type Subject, without } from '../subject.ts';
import { run, state } from '../talk.ts';

/** How the runtime finds out that a container is ready. */
export function readyCases(subject: Subject): void {
  describe('readiness', () => {
    let lab: RunningLab;
    const stateOf = async (group: string) =>
      (await lab.observe()).nodes.find(({ spec }) => spec.group === group)!.containers[0]!;

    before(async () => {
      lab = await subject.runtime.create(identity('ready'));
    });
    after(async () => {
      await lab.remove();
      await subject.assertNothingLeft();
    });

    it('waits for a port on the node address or on its loopback', async () => {
      const everywhere = httpServer(subject.node, 'all', 8080);
      const host = without(subject, 'loopback-probes') ? '0.0.0.0' : '127.0.0.1';
      const loopback = httpServer(subject.node, 'local', 9000, { host });
      await lab.create([node('ports', [everywhere, loopback])]);
      await lab.start('ports-1');
      await state(lab, 'ports-1', 'all', 'ready');
      await state(lab, 'ports-1', 'local', 'ready');
    });

    it('waits for an HTTP answer, and for the status that is asked for', async () => {
      const code = `
        let count = 0;
        require('node:http').createServer((request, response) => {
          response.statusCode = request.url === '/teapot' ? 418 : ++count < 3 ? 503 : 200;
          response.end(request.url);
        }).listen(Number(process.argv[1]));`;
      const server = (name: string, port: number, path: string, status?: number) =>
        container(name, [subject.node, '-e', code, String(port)], {
          ready: { kind: 'http', port, path, ...(status === undefined ? {} : { status }) },
        });
      await lab.create([
        node('http', [server('any', 8081, '/ready'), server('teapot', 8082, '/teapot', 418)]),
      ]);
      await lab.start('http-1');
      await state(lab, 'http-1', 'any', 'ready');
      await state(lab, 'http-1', 'teapot', 'ready');
    });

    it('is not fooled by a port that nobody opens', async () => {
      await lab.create([node('silent', [container('app', idle, { ready: { kind: 'tcp', port: 8083 } })])]);
      await lab.start('silent-1');
      await state(lab, 'http-1', 'any', 'ready');
      assert.equal((await stateOf('silent')).state, 'starting');
    });

    const say = (name: string, text: string, pattern: string) =>
      container(name, ['sh', '-c', `printf '${text}'; sleep 1000`], { ready: { kind: 'log', pattern } });

    it('waits for a line in the output', async () => {
      await lab.create([node('line', [say('app', 'booting\\nserver 42 up\\n', 'server \\d+ up')])]);
      await lab.start('line-1');
      await state(lab, 'line-1', 'app', 'ready');
    });

    const whole = !subject.unfinishedLines && 'the engine keeps a line until it has its end';

    it('waits for a line that has no end yet', { skip: whole }, async () => {
      await lab.create([node('prompt', [say('app', 'login: ', '^login: $')])]);
      await lab.start('prompt-1');
      await state(lab, 'prompt-1', 'app', 'ready');
    });

    it('waits for a command to succeed', async () => {
      const ready = { kind: 'exec', argv: ['sh', '-c', 'test -e "$FLAG"'] } as const;
      const flag = '/tmp/flag';
      await lab.create([node('command', [container('app', idle, { ready, env: { FLAG: flag } })])]);
      await lab.start('command-1');
      assert.equal((await stateOf('command')).state, 'starting');
      assert.equal((await run(lab, 'command-1', ['sh', '-c', 'touch "$FLAG"'])).code, 0);
      await state(lab, 'command-1', 'app', 'ready');
      await run(lab, 'command-1', ['sh', '-c', 'rm "$FLAG"']);
    });

    it('finds an admin interface by the file that names it', async () => {
      const code = `
        const server = require('node:http').createServer((request, response) => response.end('LIVE'));
        server.listen(0, '127.0.0.1', () =>
          require('node:fs').writeFileSync(process.argv[1], '127.0.0.1:' + server.address().port));`;
      const addressFile = '/tmp/admin-address.txt';
      const admin = container('envoy', [subject.node, '-e', code, addressFile], {
        ready: { kind: 'admin', addressFile },
      });
      await lab.create([node('admin', [admin])]);
      await lab.start('admin-1');
      await state(lab, 'admin-1', 'envoy', 'ready');
      const observed = await stateOf('admin');
      assert.ok(observed.admin!.port > 0);
      const socket = await lab.connect('admin-1', observed.admin!.port);
      socket.destroy();
    });

    it('takes a job for ready when it is done, and not before', async () => {
      const code = 'while [ ! -e "$FLAG" ]; do sleep 0.02; done; rm "$FLAG"';
      const job = container('job', ['sh', '-c', code], { once: true, env: { FLAG: '/tmp/job-flag' } });
      await lab.create([node('job', [job])]);
      await lab.start('job-1');
      assert.equal((await stateOf('job')).state, 'starting');
      // A moment later, as engines do not say how a command ended whose container ends at the same time.
      const later = '{ sleep 1; touch "$FLAG"; } > /dev/null 2>&1 < /dev/null &';
      assert.equal((await run(lab, 'job-1', ['sh', '-c', later])).code, 0);
      await state(lab, 'job-1', 'job', 'ready');
      assert.equal((await stateOf('job')).exitCode, 0);
    });

    it('stops asking when the container ends', async () => {
      const code = 'setTimeout(() => process.exit(5), 50)';
      await lab.create([
        node('dies', [script(subject.node, 'app', code, { ready: { kind: 'tcp', port: 8084 } })]),
      ]);
      await lab.start('dies-1');
      const ended = await state(lab, 'dies-1', 'app', 'exited');
      assert.equal(ended.kind === 'container' && ended.exitCode, 5);
    });
  });
}
