import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type Docker from 'dockerode';
import { skipWithout } from '../required.ts';
import { CommandLine, type Outcome } from './command-line.ts';
import { EngineObjects } from './engine-objects.ts';
import { places } from './places.ts';
import { SecondEngine, type SecondEngineOptions } from './second-engine.ts';

const sleeper = (name: string) =>
  `name: ${name}\nnodes:\n  web:\n    containers:\n      app: { command: [sh, -c, "exec sleep 1000"] }\n`;

/** A user whose labs go to one engine, with what that has of them. */
class User implements AsyncDisposable {
  readonly cli: CommandLine;
  readonly objects: EngineObjects;
  /** No other lab on a shared engine has it. */
  readonly lab: string;

  constructor(url: string) {
    this.cli = new CommandLine({ DOCKER_HOST: url, ENVOY_LAB_RUNTIME: 'docker' });
    const owner = this.cli.env.ENVOY_LAB_OWNER!;
    this.objects = new EngineObjects(url, owner);
    this.lab = `trouble-${owner.slice(-6).toLowerCase()}`;
  }

  plain(name = this.lab): string {
    return this.cli.sandbox(name, { 'sandbox.yaml': sleeper(name) });
  }

  /** Fails, saying what and what to do, and leaves nothing. */
  async fails(words: readonly string[], message: RegExp, hint: RegExp): Promise<Outcome> {
    const outcome = await this.cli.run(words);
    assertFailure(outcome, message, hint);
    assert.deepEqual(await this.objects.list(), []);
    await this.cli.assertClean();
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cli[Symbol.asyncDispose]();
  }
}

function assertFailure({ code, stderr }: Outcome, message: RegExp, hint: RegExp): void {
  assert.equal(code, 3, stderr);
  assert.match(/^error: .*/m.exec(stderr)?.[0] ?? stderr, message);
  assert.match(/^hint: .*/m.exec(stderr)?.[0] ?? stderr, hint);
  assert.doesNotMatch(stderr, /fault of envoy-lab/);
}

describe('where no engine answers', () => {
  const nowhere = 'unix:///nowhere/docker.sock';
  const cli = new CommandLine({ DOCKER_HOST: nowhere });
  after(() => cli[Symbol.asyncDispose]());

  it('says so when docker is asked for', async () => {
    const folder = cli.sandbox('plain', { 'sandbox.yaml': sleeper('plain') });
    const message =
      /runtime docker cannot be used: no container engine answers at unix:\/\/\/nowhere\/docker\.sock \(DOCKER_HOST\)/;
    assertFailure(await cli.run(['up', folder, '--runtime', 'docker']), message, /DOCKER_HOST/);
    const byContext = { DOCKER_HOST: '', DOCKER_CONTEXT: 'gone' };
    const wrong = await cli.run(['up', folder, '--runtime', 'docker'], byContext);
    assertFailure(wrong, /DOCKER_CONTEXT names the context "gone", which does not exist/, /there is default/);
    await cli.assertClean();
  });

  it('takes process when nothing is asked for, and says why', async () => {
    const folder = cli.sandbox('plain', { 'sandbox.yaml': sleeper('plain') });
    const { code, stderr } = await cli.run(['up', folder], { ENVOY_LAB_RUNTIME: '' });
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^runtime process, \w+: docker: no container engine answers at unix:\/\/\/nowhere/m);
    assert.equal(await cli.ok('down'), 'plain is down\n');
    await cli.assertClean();
  });

  it('tells doctor what was looked at', async () => {
    const text = await cli.ok('doctor');
    assert.match(text, /– runtime docker: no container engine answers at unix:\/\/\/nowhere\/docker\.sock/);
    assert.match(text, /looked at unix:\/\/\/nowhere\/docker\.sock \(DOCKER_HOST\): not there/);
    assert.match(text, /looked at unix:\/\/\S+ \(Podman's socket\): /);
  });
});

for (const place of (await places()).filter(({ runtime }) => runtime === 'docker')) {
  describe(`what belongs to others on ${place.name}`, { skip: place.skip }, () => {
    const url = place.env.DOCKER_HOST!;

    it('a container of the same name is left alone', async () => {
      await using user = new User(url);
      const { docker } = user.objects;
      // An image is there once a lab has run.
      await user.cli.ok('up', user.plain());
      const [own] = await docker.listContainers({ filters: { name: [`${user.lab}.web-1`] } });
      await user.cli.ok('down');
      const foreign = await docker.createContainer({ name: `${user.lab}.web-1.app`, Image: own!.ImageID });
      try {
        const words = ['up', user.plain()];
        await user.fails(words, new RegExp(`${user.lab}\\.web-1\\.app`), /--name|docker rm/);
        assert.equal((await foreign.inspect()).State.Status, 'created');
        await user.cli.run(['down', '--all']);
        assert.equal((await foreign.inspect()).State.Status, 'created');
      } finally {
        await foreign.remove({ force: true });
      }
    });

    it('a network of the same name is left alone', async () => {
      await using user = new User(url);
      const name = `${user.lab}.default`;
      const foreign = await user.objects.docker.createNetwork({ Name: name });
      try {
        await user.fails(['up', user.plain()], new RegExp(`network ${name}`), /--name|docker network rm/);
        await user.cli.run(['down', '--all']);
        assert.equal((await foreign.inspect()).Name, name);
      } finally {
        await foreign.remove();
      }
    });

    it('a lab of another user has its name, and goes on', async () => {
      await using user = new User(url);
      await using other = new User(url);
      await user.cli.ok('up', user.plain());
      const before = await user.objects.list();
      await other.fails(['up', other.plain(user.lab)], new RegExp(user.lab), /--name/);
      await other.cli.run(['down', '--all']);
      await other.cli.run(['down', user.lab]);
      assert.deepEqual(await user.objects.list(), before);
      assert.deepEqual(await running(user.objects.docker, user.lab), ['running', 'running']);
    });
  });
}

async function running(docker: Docker, lab: string): Promise<string[]> {
  const containers = await docker.listContainers({ all: true, filters: { name: [`${lab}.`] } });
  return containers.map(({ State }) => State);
}

const dockerd = (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, 'dockerd')));
const refused = process.getuid?.() !== 0 ? 'a second engine needs root' : dockerd ? undefined : 'no dockerd';

describe('an engine in trouble', { skip: skipWithout('docker', refused) }, () => {
  const withEngine = async (
    options: SecondEngineOptions,
    test: (engine: SecondEngine, user: User) => Promise<void>,
  ) => {
    await using engine = await SecondEngine.start(options);
    await using user = new User(engine.url);
    await test(engine, user);
  };

  it('has no addresses left for another network', async () => {
    const flags = ['--default-address-pool', 'base=10.213.77.0/24,size=24'];
    await withEngine({ flags }, async (_engine, user) => {
      const { docker } = user.objects;
      const taken = await docker.createNetwork({ Name: 'taken' });
      await user.fails(['up', user.plain()], /no subnet left/, /docker network ls/);
      assert.equal((await taken.inspect()).Name, 'taken');
    });
  });

  it('has no room on its disk', async () => {
    await withEngine({ disk: '40m' }, async (_engine, user) => {
      await user.fails(['up', user.plain()], /disk is full|no space left/i, /docker system df|prune/);
    });
  });

  it('cannot reach a registry', async () => {
    await withEngine({}, async (_engine, user) => {
      await user.fails(['up', user.plain(), '--pull'], /pull/, /./);
    });
  });

  it('ends while a lab is started: that is said, and what is left goes when it is back', async () => {
    await withEngine({}, async (engine, user) => {
      const up = user.cli.start(['up', user.plain()]);
      await user.objects.untilAny();
      await engine.stop();
      const outcome = await up.ended;
      assertFailure(outcome, /engine (at \S+ )?does not answer|no container engine answers/, /./);

      const labs = await user.cli.run(['labs']);
      assert.equal(labs.code, 0, labs.stderr);
      assert.match(
        labs.stderr,
        new RegExp(`no container engine answers at ${engine.url}.*labs started there: ${user.lab}`),
      );
      assertFailure(
        await user.cli.run(['down', user.lab]),
        /was started on unix:/,
        /start that engine again/,
      );
      const all = await user.cli.run(['down', '--all']);
      assert.equal(all.code, 0, all.stderr);
      assert.match(all.stderr, /was started on unix:.*start that engine again/);

      await engine.start();
      assert.notDeepEqual(await user.objects.list(), []);
      assert.equal(await user.cli.ok('down', '--all'), `${user.lab} is down\n`);
      assert.deepEqual(await user.objects.list(), []);
      await user.cli.assertClean();
    });
  });

  it('has a lab that is found wherever DOCKER_HOST points by now', async () => {
    await withEngine({}, async (engine, user) => {
      await user.cli.ok('up', user.plain());
      const elsewhere = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
      const ps = await user.cli.run(['ps'], elsewhere);
      assert.equal(ps.code, 0, ps.stderr);
      assert.match(ps.stdout, /web-1 +app /);
      const again = await user.cli.run(['up', user.plain(), '--runtime', 'process'], elsewhere);
      assert.equal(again.code, 1);
      assert.match(again.stderr, /already runs on docker/);
      const stopped = await user.cli.run(['down'], elsewhere);
      assert.equal(stopped.stdout, `${user.lab} is down\n`, stopped.stderr);
      assert.deepEqual(await user.objects.list(), []);
      await user.cli.assertClean();
      assert.ok(engine.url.startsWith('unix://'));
    });
  });
});
