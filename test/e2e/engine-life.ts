import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { CommandLine } from './command-line.ts';
import { enginesUnderTest, type Place } from './places.ts';
import { assertDocumented } from './shapes.ts';

interface Ps {
  readonly changed?: boolean;
  readonly runtime: string;
  readonly mode: string;
  readonly nodes: readonly {
    readonly name: string;
    readonly containers: readonly {
      readonly name: string;
      readonly state: string;
      readonly exitCode: number | null;
    }[];
  }[];
}

const root = join(import.meta.dirname, '../..');

/** What runs labs, seen and changed from outside of the command line. */
export interface Outside {
  /** All there is of one owner's labs, by kind and name. */
  list(): Promise<string[]>;
  /** Resolves when there is something of the labs. */
  untilAny(): Promise<void>;
  /** Kills what a container runs. */
  kill(lab: string, node: string, container: string): Promise<void>;
}

export interface EngineLifeOptions {
  /** What ENVOY_LAB_RUNTIME is; empty: none is named. */
  readonly named: string;
  /** What `up` says of the runtime that it takes. */
  readonly told: RegExp;
  /** What `ps` says of it. */
  readonly runtime: string;
  readonly mode: (lab: string) => string;
  readonly outside: (owner: string) => Outside;
}

/** The life of the front-proxy sandbox on the command line, with each engine; each test goes on from the one before. */
export function engineLife(place: Place, { named, told, runtime, mode, outside }: EngineLifeOptions): void {
  for (const engine of enginesUnderTest()) {
    describe(`the command line on ${place.name} with engine ${engine.name}`, {
      skip: place.skip || engine.skip,
    }, () => {
      const env = { ...place.env, ...engine.env, ENVOY_LAB_RUNTIME: named, ENVOY_LAB_ENGINE: engine.name };
      const cli = new CommandLine(env);
      const owner = cli.env.ENVOY_LAB_OWNER!;
      const lab = `fp-${owner.slice(-6).toLowerCase()}`;
      const folder = join(cli.home, 'front-proxy');
      const objects = outside(owner);
      const get = (...words: string[]) => cli.ok('curl', '-s', '-m', '5', ...words);
      const states = async () => {
        const { nodes } = await cli.json<Ps>('ps');
        return nodes.flatMap((node) =>
          node.containers.map(({ name, state }) => `${node.name}/${name} ${state}`),
        );
      };
      const ready = [
        'front-envoy-1/envoy ready',
        'service1-1/app ready',
        'service1-1/sidecar ready',
        'service2-1/app ready',
        'service2-1/sidecar ready',
      ];
      let said = '';

      before(async () => {
        cpSync(join(root, 'sandboxes/front-proxy'), folder, { recursive: true });
        const { code, stderr } = await cli.run(['up', folder, '--name', lab]);
        said = stderr;
        assert.equal(code, 0, stderr);
      });
      after(async () => {
        await cli[Symbol.asyncDispose]();
        assert.deepEqual(await objects.list(), []);
      });

      it('says what it runs on and with', async () => {
        assert.match(said, told);
        assert.match(said, new RegExp(`^engine ${engine.name} \\(`, 'm'));
        const ps = await cli.json<Ps>('ps');
        assertDocumented('ps', ps);
        assert.deepEqual([ps.runtime, ps.mode], [runtime, mode(lab)]);
        assert.deepEqual(await states(), ready);
        assert.match(await cli.ok('labs'), new RegExp(`${lab} +front-proxy +${runtime}`));
        assert.match(await cli.ok('doctor'), new RegExp(`✔ runtime ${runtime}`));
      });

      it('has nothing to do the second time', async () => {
        assert.equal((await cli.json<Ps>('up', folder, '--name', lab)).changed, false);
      });

      it('answers on published and unpublished ports, from the host and from inside', async () => {
        const address = (await cli.ok('port', 'front-envoy', 'http')).trim();
        assert.match(address, /^127\.0\.0\.1:\d+$/);
        assert.match(
          await (await fetch(`http://${address}/service/1`)).text(),
          /\(service 1\)! hostname service1-1 /,
        );
        assert.match(await get('http://front-envoy:8080/service/2'), /\(service 2\)!/);
        assert.match(await get('-k', 'https://front-envoy:8443/service/2'), /\(service 2\)!/);
        assert.match(await get('http://service1-1:8080/service/1'), /\(service 1\)!/);
        assert.match(await get('--from', 'service1', 'http://front-envoy:8080/service/2'), /\(service 2\)!/);
        assert.match(await get('--from', 'service1', 'http://localhost:8000/service/1'), /\(service 1\)!/);
      });

      it('runs commands: input, output, environment, exit codes', async () => {
        const words = [
          'exec',
          '-i',
          '--container',
          'app',
          'service2',
          'sh',
          '-c',
          'cat; echo $SERVICE_NAME; exit 7',
        ];
        const child = spawn(process.execPath, [join(root, 'bin/envoy-lab.js'), ...words], {
          env: cli.env,
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        child.stdin.end('through a pipe\n');
        const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
        assert.deepEqual([output, code], ['through a pipe\n2\n', 7]);
        assert.equal((await cli.run(['exec', 'service1', 'no-such-program'])).code, 127);
        assert.equal(await cli.ok('exec', 'service1', 'hostname'), 'service1-1\n');
      });

      it('copies a file out', async () => {
        assert.match(
          await cli.ok('cp', 'front-envoy:/etc/envoy/envoy.yaml', '-'),
          /stat_prefix: ingress_http/,
        );
      });

      it('follows logs', async () => {
        const logs = cli.start(['logs', '-f', 'service1', '--container', 'app', '--tail', '0']);
        // It follows from some moment on, which cannot be seen from outside: asked again until a line comes.
        let asking = true;
        const asked = (async () => {
          while (asking) await get('http://front-envoy:8080/service/1?followed');
        })();
        await logs.printed(/service1-1\/app \| GET \/service\/1\?followed 200/).finally(() => {
          asking = false;
        });
        await asked;
        logs.child.kill('SIGINT');
        assert.equal((await logs.ended).code, 130);
      });

      it('changes the number of replicas, and shares the load over them', async () => {
        await cli.ok('scale', 'service1=3');
        const { code, stdout } = await cli.run(['check', 'three replicas share the load evenly']);
        assert.equal(code, 0, stdout);
        assert.equal(await cli.ok('exec', '--index', '3', 'service1', 'hostname'), 'service1-3\n');
        await cli.ok('scale', 'service1=1');
        assert.deepEqual(await states(), ready);
        assert.deepEqual(
          (await objects.list()).filter((name) => /service1-[23]/.test(name)),
          [],
        );
      });

      it('stops and starts a node', async () => {
        await cli.ok('stop', 'service2');
        const status = () =>
          get('-o', '/dev/null', '-w', '%{http_code}', 'http://front-envoy:8080/service/2');
        assert.equal(await status(), '503');
        assert.deepEqual(
          (await states()).filter((line) => line.startsWith('service2')),
          ['service2-1/app stopped', 'service2-1/sidecar stopped'],
        );
        await cli.ok('start', 'service2');
        await cli.ok(
          'curl',
          '-s',
          '--retry',
          '20',
          '--retry-delay',
          '1',
          '-f',
          'http://front-envoy:8080/service/2',
        );
        assert.deepEqual(await states(), ready);
      });

      it('reports a container that is killed from outside; its node’s others go on', async () => {
        const events = cli.start(['events', '--json']);
        await events.printed(/"service2-1"/);
        await objects.kill(lab, 'service1-1', 'app');
        await events.printed(/"container":"app","state":"exited","exitCode":137|"exitCode":137/);
        events.child.kill('SIGINT');
        await events.ended;
        const { nodes } = await cli.json<Ps>('ps');
        const app = nodes
          .find(({ name }) => name === 'service1-1')!
          .containers.find(({ name }) => name === 'app')!;
        assert.deepEqual([app.state, app.exitCode], ['exited', 137]);
        assert.deepEqual(
          (await states()).filter((line) => !line.endsWith(' ready')),
          ['service1-1/app exited'],
        );
        assert.match(await get('--from', 'service1', 'http://front-envoy:8080/service/2'), /\(service 2\)!/);
        const again = await cli.run(['up', folder, '--name', lab]);
        assert.equal(again.code, 0, again.stderr);
        assert.deepEqual(await states(), ready);
      });

      it('passes its checks', async () => {
        const { code, stdout } = await cli.run(['check']);
        assert.equal(code, 0, stdout);
      });

      it('goes with down, its folder and state file gone', async () => {
        rmSync(folder, { recursive: true });
        rmSync(cli.stateHome, { recursive: true });
        assert.notDeepEqual(await objects.list(), []);
        assert.equal(await cli.ok('down'), `${lab} is down\n`);
        assert.deepEqual(await objects.list(), []);
        await cli.assertClean();
      });

      it('is swept by down --all when its up was killed midway', async () => {
        const up = cli.start(['up', 'front-proxy', '--name', lab]);
        await objects.untilAny();
        up.child.kill('SIGKILL');
        await up.ended;
        assert.notDeepEqual(await objects.list(), []);
        assert.equal(await cli.ok('down', '--all'), `${lab} is down\n`);
        assert.deepEqual(await objects.list(), []);
        await cli.assertClean();
      });

      it('leaves nothing after Ctrl-C', async () => {
        const up = cli.start(['up', 'front-proxy', '--name', lab]);
        await objects.untilAny();
        up.child.kill('SIGINT');
        assert.equal((await up.ended).code, 130);
        assert.deepEqual(await objects.list(), []);
        await cli.assertClean();
      });
    });
  }
}
