import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument } from '../../document/document.ts';
import type { ReadyEngine } from '../../engine/engine.ts';
import type { LabError } from '../../error.ts';
import type { Image } from '../../image/image.ts';
import type { Sandbox, SandboxContainer, SandboxNode } from '../../sandbox/sandbox.ts';
import {
  checkChoices,
  type LabChoices,
  noChoices,
  parseEngineChoice,
  parseImages,
  parsePublish,
  parseScale,
} from './choices.ts';
import type { Inputs } from './inputs.ts';
import { withImages } from './registry-images.ts';
import { resolve } from './resolve.ts';

const at = { file: 'sandbox.yaml', line: 1, column: 1 };

function sandboxContainer(name: string, rest: Partial<SandboxContainer>): SandboxContainer {
  return {
    name,
    at,
    program: { kind: 'app', image: 'hello', command: undefined },
    env: {},
    files: [],
    volumes: [],
    user: undefined,
    workdir: undefined,
    ready: undefined,
    dependsOn: [],
    once: false,
    ...rest,
  };
}

function sandboxNode(
  name: string,
  containers: readonly SandboxContainer[],
  rest: Partial<SandboxNode> = {},
): SandboxNode {
  return { name, at, replicas: 1, publish: [], networks: ['default'], aliases: [], containers, ...rest };
}

const proxy = sandboxContainer('envoy', {
  program: { kind: 'envoy', config: '/s/front.yaml', engine: undefined, args: [] },
});
const front = sandboxNode('front', [proxy], { publish: [{ name: 'http', port: 8080, protocol: 'tcp' }] });
const web = sandboxNode('web', [sandboxContainer('app', { env: { B: 'own' } })], { replicas: 2 });
const sandbox: Sandbox = {
  name: 'demo',
  summary: undefined,
  folder: '/s',
  file: '/s/sandbox.yaml',
  nodes: [front, web],
  networks: ['default'],
  services: [],
  certs: [],
  checks: [],
};

const served: Sandbox = {
  ...sandbox,
  services: [
    {
      name: 'shop',
      at,
      nodes: 'web',
      ports: [{ name: 'http', port: 80, target: 8080 }],
      publish: [],
      aliases: [],
      networks: ['default'],
    },
  ],
};

const hello: Image = {
  name: 'hello',
  summary: undefined,
  folder: '/images/hello',
  command: ['node', 'hello.cjs'],
  env: { A: 'image', B: 'image' },
  files: [{ hostPath: '/images/hello/hello.cjs', path: '/app/hello.cjs' }],
  workdir: '/app',
  user: undefined,
  ready: undefined,
  ports: [{ port: 8080, protocol: 'tcp' }],
  programs: ['node'],
  machine: { folders: [], files: [] },
  base: undefined,
};

function engine(name: string): ReadyEngine {
  return {
    name,
    path: `/bin/${name}`,
    version: '1',
    program: ({ args }) => ({
      rootfs: { name, programs: [], files: [] },
      argv: [name, ...args],
      env: {},
      files: [],
      volumes: [],
      ready: { kind: 'started' },
    }),
    validate: async () => [],
  };
}

function inputs(hash = 'h1'): Inputs {
  const config = {
    path: '/s/front.yaml',
    shown: 'front.yaml',
    text: '',
    document: readDocument('{}', 'front.yaml'),
  };
  return {
    images: new Map([['hello', hello]]),
    engines: new Map(['ts', 'envoy'].map((name) => [name, engine(name)])),
    configs: new Map([['/s/front.yaml', config]]),
    hashes: new Map([['/images/hello/hello.cjs', hash]]),
    programs: new Map(),
    certFiles: new Map(),
  };
}

function resolved(choices: Partial<LabChoices> = {}, from: Sandbox = sandbox, read = inputs()) {
  const options = {
    lab: undefined,
    owner: '1000',
    programs: 'host' as const,
    defaultEngine: 'ts',
    choices: { ...noChoices, ...choices },
  };
  return resolve(from, read, options);
}

describe('resolve', () => {
  it("numbers nodes by their place in the sandbox's file", () => {
    assert.deepEqual(
      resolved().nodes.map(({ name, ordinal }) => [name, ordinal]),
      [
        ['front-1', 0],
        ['web-1', 1],
        ['web-2', 1],
      ],
    );
  });

  it('numbers replicas from 1, also the only one', () => {
    assert.deepEqual(
      resolved().nodes.map(({ name, group, index }) => [name, group, index]),
      [
        ['front-1', 'front', 1],
        ['web-1', 'web', 1],
        ['web-2', 'web', 2],
      ],
    );
  });

  it('fills in from the image what the sandbox does not say', () => {
    const app = resolved().nodes[1]!.containers[0]!;
    assert.deepEqual(app.argv, ['node', 'hello.cjs']);
    assert.deepEqual(app.env, { A: 'image', B: 'own' });
    assert.deepEqual(app.rootfs.files, [
      { path: '/app/hello.cjs', from: { hostPath: '/images/hello/hello.cjs' } },
    ]);
    assert.equal(app.workdir, '/app');
    assert.equal(app.image, 'hello');
  });

  it("has the image's programs, and that of the command in its place where the machine has it", () => {
    const programs = new Map(['node', 'redis-cli'].map((name) => [name, `/usr/bin/${name}`]));
    const programsOf = (command?: readonly string[]) => {
      const program = { kind: 'app', image: 'hello', command } as const;
      const nodes = [sandboxNode('n', [sandboxContainer('c', { program })])];
      const [node] = resolved({}, { ...sandbox, nodes }, { ...inputs(), programs }).nodes;
      return node!.containers[0]!.rootfs.programs.map(({ name }) => name);
    };
    assert.deepEqual(programsOf(), ['node']);
    assert.deepEqual(programsOf(['node', 'other.cjs']), ['node']);
    assert.deepEqual(programsOf(['redis-cli', 'ping']), ['node', 'redis-cli']);
    assert.deepEqual(programsOf(['own-script']), ['node'], 'it may be one of its files');
    assert.deepEqual(programsOf(['/bin/x']), ['node']);
  });

  it('takes the readiness probe of the sandbox, the image, its first TCP port, or none', () => {
    const readyOf = (container: SandboxContainer, image: Partial<Image> = {}) => {
      const read = { ...inputs(), images: new Map([['hello', { ...hello, ...image }]]) };
      return resolved({}, { ...sandbox, nodes: [sandboxNode('n', [container])] }, read).nodes[0]!
        .containers[0]!.ready;
    };
    const own = { kind: 'log', pattern: 'up' } as const;
    const http = { kind: 'http', port: 8080, path: '/healthz' } as const;
    assert.deepEqual(readyOf(sandboxContainer('c', { ready: own }), { ready: http }), own);
    assert.deepEqual(readyOf(sandboxContainer('c', {}), { ready: http }), http);
    assert.deepEqual(readyOf(sandboxContainer('c', {})), { kind: 'tcp', port: 8080 });
    const udp = [{ port: 53, protocol: 'udp' }] as const;
    assert.deepEqual(readyOf(sandboxContainer('c', {}), { ports: udp }), { kind: 'started' });
    const command = { kind: 'app', image: undefined, command: ['sleep', '1'] } as const;
    assert.deepEqual(readyOf(sandboxContainer('c', { program: command })), { kind: 'started' });
  });

  it("gives replica 1 the container's own port, the others any free one", () => {
    const publish = [{ name: 'http', port: 8080, protocol: 'tcp' }] as const;
    const scaled = { ...sandbox, nodes: [sandboxNode('front', [proxy], { replicas: 2, publish })] };
    const ports = resolved({}, scaled).nodes.map((node) => node.publish[0]);
    assert.deepEqual(ports, [
      { name: 'http', port: 8080, protocol: 'tcp', hostPort: 8080, pinned: false },
      { name: 'http', port: 8080, protocol: 'tcp', hostPort: 0, pinned: false },
    ]);
  });

  it('pins ports by name or number, also such as the sandbox does not publish', () => {
    const publish = parsePublish(['front:http=9090', 'front:9901=9901', 'web-2:8080=9092']);
    const [first, one, two] = resolved({ publish }).nodes;
    assert.deepEqual(first!.publish, [
      { name: 'http', port: 8080, protocol: 'tcp', hostPort: 9090, pinned: true },
      { name: '9901', port: 9901, protocol: 'tcp', hostPort: 9901, pinned: true },
    ]);
    assert.deepEqual(one!.publish, []);
    assert.equal(two!.publish[0]!.hostPort, 9092);
  });

  it('lets the nearest word choose the engine', () => {
    const engineFor = (words: string[], own?: string) => {
      const program = { kind: 'envoy', config: '/s/front.yaml', engine: own, args: ['-l', 'debug'] } as const;
      const nodes = [sandboxNode('front', [sandboxContainer('envoy', { program })])];
      const spec = resolved({ engine: parseEngineChoice(words) }, { ...sandbox, nodes }).nodes[0]!
        .containers[0]!;
      assert.deepEqual(spec.argv, [spec.engine, '-l', 'debug']);
      return spec.engine;
    };
    assert.equal(engineFor([]), 'ts');
    assert.equal(engineFor(['envoy']), 'envoy');
    assert.equal(engineFor(['envoy'], 'ts'), 'ts');
    assert.equal(engineFor(['front=envoy'], 'ts'), 'envoy');
    assert.equal(engineFor(['front=envoy', 'front/envoy=ts']), 'ts');
  });

  it('scales by choice', () => {
    const names = resolved({ scale: parseScale(['web=3']) }).nodes.map(({ name }) => name);
    assert.deepEqual(names, ['front-1', 'web-1', 'web-2', 'web-3']);
  });

  it('hashes what a container is made of, the content of its files among it, and not which replica it is', () => {
    const [, one, two] = resolved().nodes;
    assert.equal(one!.containers[0]!.hash, two!.containers[0]!.hash);
    assert.notEqual(
      resolved({}, sandbox, inputs('h2')).nodes[1]!.containers[0]!.hash,
      one!.containers[0]!.hash,
    );
    assert.equal(resolved().nodes[0]!.hash, resolved().nodes[0]!.hash);
  });

  it('counts minted files by what they were minted for', () => {
    const withCert = (content: string, hash: string) => {
      const file = { path: '/certs/cert.pem', from: { content } };
      return { ...inputs(), certFiles: new Map([['web/app', [{ file, hash }]]]) };
    };
    const hashOf = (read: Inputs) => resolved({}, sandbox, read).nodes[1]!.containers[0]!.hash;
    assert.equal(hashOf(withCert('PEM one', 'x')), hashOf(withCert('PEM two', 'x')));
    assert.notEqual(hashOf(withCert('PEM one', 'x')), hashOf(withCert('PEM one', 'y')));
  });

  it('gives a node its hosts, which count', () => {
    const [plain] = resolved().nodes;
    const named = (hosts: SandboxNode['hosts']) =>
      resolved({}, { ...sandbox, nodes: [{ ...front, hosts }] }).nodes[0]!;
    assert.ok(!('hosts' in plain!));
    assert.equal(named(undefined).hash, plain!.hash);
    assert.deepEqual(named({ db: '192.0.2.7' }).hosts, { db: '192.0.2.7' });
    const hashes = [plain!, named({ db: '192.0.2.7' }), named({ db: '192.0.2.8' })].map(({ hash }) => hash);
    assert.equal(new Set(hashes).size, 3);
  });

  const reference = 'quay.io/team/shop:1';
  const shop = (program: object) => {
    const image = { kind: 'app' as const, image: undefined, reference, command: undefined, ...program };
    return { ...sandbox, nodes: [sandboxNode('shop', [sandboxContainer('app', { program: image })])] };
  };
  const first = (from: Sandbox) => resolved({}, from).nodes[0]!.containers[0]!;

  it('runs an image of a registry as it is', () => {
    const { rootfs, argv, image, user, workdir, ready, env, ...rest } = first(shop({}));
    assert.deepEqual(rootfs, { name: reference, programs: [], files: [], reference });
    assert.deepEqual([argv, image, user, workdir], [[], reference, undefined, undefined]);
    assert.deepEqual([ready, env, 'args' in rest], [{ kind: 'started' }, {}, false]);
    const given = first(shop({ args: ['--port', '80'] }));
    assert.deepEqual([given.argv, given.args], [[], ['--port', '80']]);
    const replaced = first(shop({ command: ['serve'], args: ['--port', '80'] }));
    assert.deepEqual([replaced.argv, replaced.args], [['serve', '--port', '80'], undefined]);
    assert.notEqual(given.hash, rest.hash);
  });

  it('runs one of ours in its place, as the file or the command line says', () => {
    const mapped = first(shop({ image: 'hello', args: ['-v'] }));
    assert.deepEqual([mapped.image, mapped.argv], ['hello', ['node', 'hello.cjs', '-v']]);
    assert.equal(mapped.rootfs.reference, undefined);
    const chosen = parseImages(['quay.io/team/shop:1=hello']);
    assert.equal(first(withImages(shop({}), chosen)).image, 'hello');
    assert.equal(first(withImages(shop({ image: 'gone' }), chosen)).image, 'hello', 'the command line wins');
    assert.equal(first(withImages(shop({ image: 'hello' }), new Map([['x:1', 'gone']]))).image, 'hello');
    checkChoices({ ...noChoices, images: chosen }, shop({}));
  });

  it('puts services behind the nodes, published when that is asked for', () => {
    const publish = parsePublish(['shop:80=8088']);
    checkChoices({ ...noChoices, publish }, served);
    const { nodes } = resolved({ publish }, served);
    const shop = nodes.at(-1)!;
    assert.deepEqual([shop.name, shop.ordinal, shop.service?.selects], ['shop-1', 2, 'web']);
    assert.deepEqual(shop.publish, [{ name: '80', port: 80, protocol: 'tcp', hostPort: 8088, pinned: true }]);
  });

  const refused: readonly [string, Partial<LabChoices>, RegExp, RegExp?][] = [
    [
      'an image of a registry that nothing runs',
      { images: parseImages(['quay.io/team/shop:1=hello']) },
      /has no container with image "quay.io\/team\/shop:1"/,
    ],
    [
      'a service to scale',
      { scale: parseScale(['shop=3']) },
      /shop is a service, which is not scaled/,
      /scale what it leads to: web/,
    ],
    [
      'a port that a service has not',
      { publish: parsePublish(['shop:81=81']) },
      /service shop has no port 81/,
      /its ports: 80/,
    ],
    ['an unknown node to scale', { scale: parseScale(['wob=3']) }, /has no node "wob"/, /did you mean "web"/],
    [
      'an unknown node to publish',
      { publish: parsePublish(['fron:80=80']) },
      /has no node "fron"/,
      /"front"/,
    ],
    [
      'an unknown node for an engine',
      { engine: parseEngineChoice(['x=ts']) },
      /no node "x"/,
      /known: front, web/,
    ],
    ['an app for an engine', { engine: parseEngineChoice(['web=ts']) }, /no container that an engine runs/],
    [
      'an unknown proxy',
      { engine: parseEngineChoice(['front/envy=ts']) },
      /no proxy in front "envy"/,
      /"envoy"/,
    ],
  ];
  for (const [what, choices, message, hint] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(
        () => checkChoices({ ...noChoices, ...choices }, served),
        (error: LabError) => {
          assert.equal(error.code, 'usage');
          assert.match(error.message, message);
          if (hint !== undefined) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  it('refuses words it cannot take apart', () => {
    assert.throws(() => parseScale(['web']), /"web" is not NODE=REPLICAS/);
    assert.throws(() => parseScale(['web=two']), /is not NODE=REPLICAS/);
    assert.throws(() => parsePublish(['web:80']), /is not NODE:PORT=HOSTPORT/);
    assert.throws(() => parsePublish(['web:80=99999']), /is not NODE:PORT=HOSTPORT/);
    for (const word of ['quay.io/x/y:z', 'quay.io/x/y:z=a/b', 'quay.io//y=hello', '=hello', 'x:1=']) {
      assert.throws(() => parseImages([word]), {
        code: 'usage',
        message: `"${word}" is not IMAGE-OF-A-REGISTRY=IMAGE`,
        hint: 'such as quay.io/team/shop:1.2=http-app',
      });
    }
  });
});
