import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { labRights, talkRights } from '../../src/runtime/kubernetes/api/rights.ts';
import { CommandLine, type Outcome } from '../e2e/command-line.ts';
import { skipWithout } from '../required.ts';
import { ApiProxy } from './api-proxy.ts';
import { clusterRefusal, standIns, testCluster } from './cluster.ts';
import { give, kubectl, kubectlRefusal, makeUser, writeKubeconfig } from './users.ts';

const skip = (await clusterRefusal()) ?? skipWithout('kubernetes', await kubectlRefusal());

/** How long the API server is away, in ms. */
const AWAY_MS = 20_000;
const sleeper = '{ command: [sh, -c, "echo hello; exec sleep 1000"] }';
/** Answers on 8080 after a while, and writes a line each time it has slept. */
const ticker = (seconds: number) =>
  `{ command: [sh, -c, 'sleep ${seconds}; exec node -e "let n = 0; setInterval(() => console.log(n++), 500); require(\\"http\\").createServer((_, answer) => answer.end(\\"hi\\")).listen(8080)"'], ready: { tcp: 8080 } }`;

/** Somebody with a kubeconfig, and a namespace to work in. */
class User implements AsyncDisposable {
  readonly cli: CommandLine;
  readonly namespace: string;

  /** @param namespace where labs go; their own when it is '' */
  constructor(namespace: string, kubeconfig = process.env.KUBECONFIG!) {
    this.namespace = namespace;
    this.cli = new CommandLine({
      KUBECONFIG: kubeconfig,
      ENVOY_LAB_RUNTIME: 'kubernetes',
      ENVOY_LAB_NAMESPACE: namespace,
      ...standIns,
    });
  }

  /** A sandbox of one node that has its name: in one namespace no two pods have the same. */
  plain(name: string, container = sleeper, more = ''): string {
    const text = `name: ${name}\nnodes:\n  ${name}:\n    containers:\n      app: ${container}\n${more}`;
    return this.cli.sandbox(name, { 'sandbox.yaml': text });
  }

  /** Objects of labs in the namespace. */
  async left(): Promise<string> {
    return kubectl(
      '-n',
      this.namespace,
      'get',
      'pods,configmaps,services',
      '-l',
      'io.envoy-lab/lab',
      '-o',
      'name',
    );
  }

  /** Fails, saying what and what to do, and leaves nothing. */
  async fails(words: readonly string[], message: RegExp, hint: RegExp): Promise<Outcome> {
    const outcome = await this.cli.run(words);
    assertFailure(outcome, message, hint);
    if (this.namespace !== '') assert.equal(await this.left(), '');
    await this.cli.assertClean();
    assert.deepEqual(readdirSync(this.cli.stateHome, { recursive: true }).filter(isRecord), []);
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cli[Symbol.asyncDispose]();
  }
}

const isRecord = (file: string | Buffer) => String(file).endsWith('.json');

function assertFailure({ code, stderr }: Outcome, message: RegExp, hint: RegExp, expected = 3): void {
  assert.equal(code, expected, stderr);
  assert.match(stderr.slice(stderr.lastIndexOf('error: ')), message, stderr);
  assert.match(/^hint: .*/m.exec(stderr)?.[0] ?? stderr, hint, stderr);
  assert.doesNotMatch(stderr, /fault of envoy-lab/);
}

const made: string[] = [];

/** A namespace of a test's own. */
async function namespaceFor(name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const namespace = `envoy-lab-trouble-${name}-${process.pid}`;
  made.push(namespace);
  await give({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  return namespace;
}

/** What somebody else has there by that name. */
async function foreign(namespace: string, kind: string, name: string): Promise<() => Promise<void>> {
  const spec = {
    Pod: { containers: [{ name: 'x', image: standIns.ENVOY_LAB_IMAGE_BASE, command: ['sleep', '1000'] }] },
    Service: { clusterIP: 'None', ports: [{ port: 80 }] },
    ConfigMap: undefined,
  }[kind];
  await give({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...(spec && { spec }) });
  const look = () =>
    kubectl(
      '-n',
      namespace,
      'get',
      kind,
      name,
      '-o',
      'jsonpath={.metadata.uid}{.metadata.labels}{.metadata.deletionTimestamp}',
    );
  const before = await look();
  return async () => assert.equal(await look(), before);
}

async function until(what: string, condition: () => Promise<boolean>, ms = 30_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${ms / 1000} s`);
    await delay(50);
  }
}

describe('trouble with a cluster', { skip, concurrency: 4 }, () => {
  before(async () => {
    await testCluster();
  });
  after(async () => {
    if (made.length > 0) await kubectl('delete', 'namespace', ...made, '--ignore-not-found');
  });

  it('no rights: what is missing is said before anything is made', async () => {
    const namespace = await namespaceFor('nobody');
    const token = await makeUser(namespace, 'nobody', []);
    await using user = new User(namespace);
    const env = { KUBECONFIG: await writeKubeconfig(join(user.cli.home, 'kubeconfig'), { token }) };
    const folder = user.plain('nobody');
    const own = await user.cli.run(['up', folder], { ...env, ENVOY_LAB_NAMESPACE: '' });
    assertFailure(own, /rights are missing: get, list, create, delete of namespaces$/m, /--namespace NS/);
    const shared = await user.cli.run(['up', folder], env);
    assertFailure(
      shared,
      /rights are missing in namespace \S+: get, list, watch, create, delete of pods;/,
      /Role/,
    );
    const doctor = await user.cli.run(['doctor'], env);
    assert.equal(doctor.code, 0, doctor.stderr);
    assert.match(doctor.stdout, /– runtime kubernetes: .*Kubernetes v\S+ at https:\S+ .*rights are missing/);
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });

  it('the rights that are documented are enough, and each is needed', async () => {
    const namespace = await namespaceFor('rights');
    const token = await makeUser(namespace, 'lab', [...labRights, ...talkRights]);
    await using proxy = await ApiProxy.start(process.env.KUBECONFIG!);
    await using user = new User(namespace);
    const env = {
      KUBECONFIG: await writeKubeconfig(join(user.cli.home, 'kubeconfig'), { server: proxy.url, token }),
    };
    const ok = async (...words: string[]) => {
      const { code, stdout, stderr } = await user.cli.run(words, env);
      assert.equal(code, 0, `${words.join(' ')}: ${stderr}${stdout}`);
      return stdout + stderr;
    };
    assert.match(await ok('doctor'), /✔ runtime kubernetes/);
    await ok('up', 'pod', '--check');
    await ok('scale', 'pod=2');
    await ok('exec', 'pod-2', '--', 'true');
    await ok('stop', 'pod-2');
    await ok('start', 'pod-2');
    await ok('scale', 'pod=1');
    await ok('logs', 'pod');
    await ok('curl', 'http://pod/');
    await ok('down');
    const folder = user.plain('changed', sleeper);
    await ok('up', folder);
    user.plain('changed', '{ command: [sh, -c, "echo other; exec sleep 1000"] }');
    await ok('up', folder);
    await ok('down', 'changed');
    const crash = await user.cli.run(
      ['up', user.plain('nosuch', `{ image: "${standIns.ENVOY_LAB_IMAGE_NODE}", command: [nosuch] }`)],
      env,
    );
    assert.match(crash.stderr, /events of the pod/);
    assert.equal(await user.left(), '');
    const listed = [...labRights, ...talkRights].flatMap(({ resource, verbs }) =>
      verbs.map((verb) => `${verb} ${resource}`),
    );
    const reviews = /selfsubject/;
    const asked = [...proxy.asked.keys()].filter((key) => !reviews.test(key));
    // What opens a WebSocket is a GET; that `create` is asked for as well is of newer clusters.
    const newer = ['create pods/exec', 'create pods/portforward'];
    assert.deepEqual(asked.sort(), listed.filter((right) => !newer.includes(right)).sort());
  });

  it('a lab without the rights to look into it runs, and says what cannot be had', async () => {
    const namespace = await namespaceFor('plain');
    const token = await makeUser(namespace, 'plain', labRights);
    await using user = new User(namespace);
    const env = { KUBECONFIG: await writeKubeconfig(join(user.cli.home, 'kubeconfig'), { token }) };
    const up = await user.cli.run(['up', user.plain('plain')], env);
    assert.equal(up.code, 0, up.stderr);
    assert.match(up.stderr, /rights are missing, .*: get, create of pods\/exec; .*list of events/);
    const exec = await user.cli.run(['exec', 'plain', '--', 'true'], env);
    // As of any command that could not be run.
    assertFailure(exec, /the cluster does not allow it .*cannot get resource "pods\/exec"/, /right/, 125);
    assert.equal((await user.cli.run(['down'], env)).code, 0);
    assert.equal(await user.left(), '');
  });

  it('quotas, limits and policies of a namespace are told, and what was made goes', async () => {
    const rules = [
      [
        'pods',
        { kind: 'ResourceQuota', spec: { hard: { pods: '0' } } },
        /quota is used up .*exceeded quota/,
        /--namespace/,
      ],
      [
        'maps',
        { kind: 'ResourceQuota', spec: { hard: { 'count/configmaps': '2' } } },
        /quota is used up .*count\/configmaps=1/,
        /--namespace/,
      ],
      [
        'limits',
        { kind: 'LimitRange', spec: { limits: [{ type: 'Pod', max: { cpu: '100m' } }] } },
        /a rule of the cluster is against it .*maximum cpu usage per Pod/,
        /--namespace/,
      ],
    ] as const;
    await Promise.all([
      ...rules.map(async ([name, object, message, hint]) => {
        const namespace = await namespaceFor(name);
        // Every namespace is given a map some time after it was made, which counts.
        await until('the root certificate', async () =>
          (await kubectl('-n', namespace, 'get', 'configmaps', '-o', 'name')).includes('kube-root-ca'),
        );
        await give({ apiVersion: 'v1', metadata: { name, namespace }, ...object });
        if (object.kind === 'ResourceQuota')
          await until('the quota', async () =>
            /\d/.test(await kubectl('-n', namespace, 'get', 'quota', name, '-o', 'jsonpath={.status.used}')),
          );
        await using user = new User(namespace);
        await user.fails(['up', user.plain('limited')], message, hint);
      }),
      (async () => {
        const namespace = await namespaceFor('policy', {
          'pod-security.kubernetes.io/enforce': 'restricted',
        });
        await using user = new User(namespace);
        await user.fails(['up', user.plain('policy')], /pod security standard .*runAsNonRoot/, /baseline/);
        await kubectl(
          'label',
          'namespace',
          namespace,
          '--overwrite',
          'pod-security.kubernetes.io/enforce=baseline',
        );
        await user.cli.ok('up', user.plain('policy'));
        await user.cli.ok('down');
      })(),
    ]);
  });

  it("no room: the scheduler's words, after a while or when the time is over", async () => {
    const namespace = await namespaceFor('room');
    const limits = [{ type: 'Container', defaultRequest: { cpu: '1000' } }];
    await give({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'room', namespace },
      spec: { limits },
    });
    const message = /no room for it: 0\/\d+ nodes .*Insufficient cpu[\s\S]* \| Warning FailedScheduling/;
    await using user = new User(namespace);
    let begun = Date.now();
    await user.fails(['up', user.plain('room'), '--timeout', '3s'], message, /room/);
    assert.ok(Date.now() - begun < 12_000, `${Date.now() - begun} ms`);
    begun = Date.now();
    await user.fails(['up', user.plain('room')], message, /add a machine/);
    assert.ok(Date.now() - begun < 40_000, `${Date.now() - begun} ms`);
    const up = user.cli.start(['up', user.plain('room')]);
    await up.printed(/create room-1/);
    await until('the pod', async () => (await user.left()).includes('pod/'));
    begun = Date.now();
    up.child.kill('SIGINT');
    assert.equal((await up.ended).code, 130);
    assert.ok(Date.now() - begun < 10_000, `${Date.now() - begun} ms`);
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });

  it('containers that cannot start or end at once: why, in seconds', async () => {
    const namespace = await namespaceFor('start');
    await using user = new User(namespace);
    const image = standIns.ENVOY_LAB_IMAGE_NODE;
    for (const [name, container, message] of [
      [
        'pull',
        '{ image: "127.0.0.1:1/nosuch:1" }',
        /pull-1\/app does not start: its image cannot be pulled \((ErrImagePull|ImagePullBackOff), image 127.0.0.1:1\/nosuch:1\)[\s\S]* \| Warning Failed: /,
      ],
      [
        'program',
        `{ image: "${image}", command: [nosuch] }`,
        /program-1\/app did not start: no such program[\s\S]*"nosuch"[\s\S]* \| Warning Failed: /,
      ],
      [
        'crash',
        `{ image: "${image}", command: [node, -e, "console.log('last words'); process.exit(7)"], ready: { tcp: 8080 } }`,
        /crash-1\/app exited with 7; its last lines:\n +crash-1\/app \| last words/,
      ],
    ] as const) {
      const begun = Date.now();
      await user.fails(['up', user.plain(name, container)], message, /./);
      assert.ok(Date.now() - begun < 20_000, `${name}: ${Date.now() - begun} ms`);
    }
  });

  it('a cluster that is away for 20 s while a lab is started, used and ended is waited for', async () => {
    const namespace = await namespaceFor('away');
    await using proxy = await ApiProxy.start(process.env.KUBECONFIG!);
    await using user = new User(namespace, '');
    const env = {
      KUBECONFIG: await writeKubeconfig(join(user.cli.home, 'kubeconfig'), { server: proxy.url }),
    };
    const start = (...words: string[]) => user.cli.start(words, env);
    const away = async () => {
      await proxy.goAway();
      return delay(AWAY_MS).then(() => proxy.comeBack());
    };
    const more =
      '    publish: [8080]\nchecks:\n  - name: it answers\n    curl: http://away:8080/\n    expect: { status: 200, body: hi }\n';
    const up = start('up', user.plain('away', ticker(8), more));
    await up.printed(/create away-1/);
    await until('the pod', async () => (await user.left()).includes('pod/away-1'));
    await away();
    const started = await up.ended;
    assert.equal(started.code, 0, started.stderr);

    const port = Number(/127\.0\.0\.1:(\d+)/.exec(started.stdout)![1]);
    const answers = () =>
      fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2000) }).then(
        async (answer) => (await answer.text()) === 'hi',
        () => false,
      );
    // Whoever forwards it has to hear of the cluster again first.
    await until('an answer', answers);
    const logs = start('logs', '-f');
    await logs.printed(/\| 0$/m);
    const exec = start('exec', 'away', '--', 'sh', '-c', 'echo begun; sleep 1000');
    await exec.printed(/begun/);
    const back = away();
    const cut = await exec.ended;
    assert.equal(cut.code, 125, cut.stderr);
    assert.match(cut.stderr, /error: the command was cut off: the connection broke/);
    const waiting = [start('check'), start('ps'), start('exec', 'away', '--', 'true')].map(
      ({ ended }) => ended,
    );
    assert.equal(await open(port), true, 'the port stays open');
    await back;
    for (const outcome of await Promise.all(waiting)) assert.equal(outcome.code, 0, outcome.stderr);
    await until('the published port', answers);
    const last = (await user.cli.run(['logs', '--tail', '1'], env)).stdout.trim();
    await logs.printed(new RegExp(`${last.replace(/[|]/g, '\\|')}$`, 'm'));
    logs.child.kill('SIGINT');
    const numbers = (await logs.ended).stdout.match(/\d+$/gm)!.map(Number);
    assert.deepEqual(numbers, [...numbers.keys()], 'each line once');

    const ending = start('down');
    const count = proxy.count;
    await until('its first request', async () => proxy.count > count);
    await away();
    const ended = await ending.ended;
    assert.equal(ended.code, 0, ended.stderr);
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });

  it('a cluster that stays away ends the wait, and what is left goes when it is back', async () => {
    const namespace = await namespaceFor('gone');
    await using proxy = await ApiProxy.start(process.env.KUBECONFIG!);
    await using user = new User(namespace, '');
    const env = {
      KUBECONFIG: await writeKubeconfig(join(user.cli.home, 'kubeconfig'), { server: proxy.url }),
    };
    const up = user.cli.start(['up', user.plain('gone', ticker(1000)), '--timeout', '300s'], env);
    await up.printed(/create gone-1/);
    await until('the pod', async () => (await user.left()).includes('pod/gone-1'));
    const begun = Date.now();
    await proxy.goAway();
    assertFailure(await up.ended, /the Kubernetes API server does not answer/, /cluster up/);
    assert.ok(Date.now() - begun < 110_000, `${Date.now() - begun} ms`);
    const ps = await user.cli.run(['down'], env);
    assert.equal(ps.code, 3, ps.stderr);
    await proxy.comeBack();
    const down = await user.cli.run(['down', '--all'], env);
    assert.equal(down.stdout, 'gone is down\n', down.stderr);
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });

  it('what others have in the namespace is not touched', async () => {
    const namespace = await namespaceFor('others');
    await using user = new User(namespace);
    const message = (kind: string, name: string) =>
      new RegExp(`${kind} ${name} is there already in namespace ${namespace}, and is not of lab`);
    for (const [kind, name] of [
      ['Service', 'mine'],
      ['Pod', 'mine-1'],
      ['ConfigMap', 'envoy-lab.node.mine-1'],
      ['ConfigMap', 'envoy-lab.mine'],
    ] as const) {
      const untouched = await foreign(namespace, kind, name);
      await user.fails(['up', user.plain('mine')], message(kind, name), /--namespace/);
      await user.cli.run(['down', '--all']);
      await untouched();
      await kubectl('-n', namespace, 'delete', kind, name, '--now');
    }
    await user.cli.ok('up', user.plain('mine'));
    const untouched = await foreign(namespace, 'Service', 'mine-2');
    const scaled = await user.cli.run(['scale', 'mine=2']);
    assertFailure(scaled, message('Service', 'mine-2'), /--namespace/);
    assert.match(await user.cli.ok('ps'), /mine-1 +app +sh +ready/);
    await untouched();
    await user.cli.ok('down');
    await untouched();
    assert.equal(await user.left(), '');
  });

  it('a namespace that is not there, or on its way out', async () => {
    await using user = new User('');
    const folder = user.plain('placeless');
    await user.fails(
      ['up', folder, '--namespace', 'nosuch-namespace'],
      /there is no namespace nosuch-namespace/,
      /make it/,
    );
    const namespace = await namespaceFor('leaving');
    const metadata = { name: 'held', namespace, finalizers: ['envoy-lab.test/held'] };
    await give({ apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await kubectl('delete', 'namespace', namespace, '--wait=false');
    try {
      await user.fails(
        ['up', folder, '--namespace', namespace],
        /the namespace is being deleted/,
        /when it is gone/,
      );
    } finally {
      await kubectl(
        '-n',
        namespace,
        'patch',
        'configmap',
        'held',
        '--type=merge',
        '-p',
        '{"metadata":{"finalizers":null}}',
      );
    }
  });

  it('up right after down, in a namespace of its own and in another', async () => {
    const namespace = await namespaceFor('again');
    await using user = new User(namespace);
    for (const words of [['--namespace', namespace], []]) {
      const env = words.length === 0 ? { ENVOY_LAB_NAMESPACE: '' } : {};
      const name = words.length === 0 ? `again-${process.pid}` : 'again';
      for (let round = 0; round < 2; round++) {
        const up = await user.cli.run(['up', user.plain(name), ...words], env);
        assert.equal(up.code, 0, up.stderr);
        assert.equal(await user.cli.ok('down'), `${name} is down\n`);
      }
    }
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });

  it('commands that are killed midway leave nothing that down does not take away', async () => {
    const namespace = await namespaceFor('killed');
    await using user = new User(namespace);
    const folder = user.plain('killed', '{ command: [sleep, "1000"], ready: { tcp: 8080 } }');
    for (const [moment, words] of [
      [/create lab/, ['down', 'killed']],
      [/create killed-1/, ['down', '--all']],
    ] as const) {
      const up = user.cli.start(['up', folder]);
      await up.printed(moment);
      up.child.kill('SIGKILL');
      await up.ended;
      const down = await user.cli.run(words);
      assert.equal(down.code, 0, down.stderr);
      assert.equal(await user.left(), '');
      await user.cli.assertClean();
    }
    await user.cli.ok('up', user.plain('killed'));
    const down = user.cli.start(['down']);
    // Its record goes first.
    await until(
      'the end of the record',
      async () => !(await user.left()).includes('configmap/envoy-lab.killed'),
    );
    down.child.kill('SIGKILL');
    await down.ended;
    const again = await user.cli.run(['down', '--all']);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(await user.left(), '');
    await user.cli.assertClean();
  });
});

/** Whether somebody listens on a port of 127.0.0.1. */
function open(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
