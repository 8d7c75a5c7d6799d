import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readDocument } from '../../document/document.ts';
import type { Engine } from '../../engine/engine.ts';
import { envoy } from '../../engine/envoy.ts';
import { ts } from '../../engine/ts.ts';
import { isDataPlane } from '../../manifest/resolve/envoy.ts';
import { IMAGES_ANNOTATION } from '../../manifest/resolve/images.ts';
import type { LabContext } from '../context.ts';
import { noChoices, parseEngineChoice, parseScale } from '../resolve/choices.ts';
import { type Exported, type ExportOptions, exportSandbox } from './export.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'envoy-lab-test-'));
after(() => rmSync(folder, { recursive: true }));
const proxyBundle = join(folder, 'envoy-lab-proxy.js');
writeFileSync(proxyBundle, 'export const run = () => undefined;\n');
writeFileSync(join(folder, 'forwarder.js'), 'export const run = () => undefined;\n');

/** An engine that is there, and likes every config. */
function found(engine: Engine, path: string): Engine {
  return {
    ...engine,
    find: async (_, version = '1.40') => ({ found: true, path, version: `${version}.0`, why: 'for tests' }),
    use: (program, machine) => ({ ...engine.use(program, machine), validate: async () => [] }),
  };
}

const context = {
  engines: [found(ts, proxyBundle), found(envoy, '/usr/bin/envoy')],
  machine: {
    env: {},
    version: '1.0.0',
    execPath: '/usr/bin/node',
    proxyBundle,
    proxyCommand: proxyBundle,
    folders: [],
  },
  forwarder: join(folder, 'forwarder.js'),
  sandboxRoots: [join(root, 'sandboxes')],
  imageRoots: [join(root, 'images')],
  cwd: folder,
  env: {},
  owner: '1000',
  now: () => 0,
  signal: new AbortController().signal,
} as unknown as LabContext;

function exported(options: Partial<ExportOptions>): Promise<Exported> {
  return exportSandbox(context, {
    sandbox: 'pod',
    format: 'kubernetes',
    choices: noChoices,
    istio: false,
    beside: false,
    ...options,
  });
}

/** A sandbox of just this text. */
function sandbox(name: string, text: string, files: Readonly<Record<string, string | Buffer>> = {}): string {
  const own = join(folder, name);
  mkdirSync(own);
  for (const [path, content] of Object.entries(files)) writeFileSync(join(own, path), content);
  writeFileSync(join(own, 'sandbox.yaml'), `name: ${name}\n${text}`);
  return own;
}

// biome-ignore lint/suspicious/noExplicitAny: a document of another tool, looked into by its tests
type Plain = any;

/** The documents of a text, as plain data. */
function documents(text: string): Plain[] {
  return text.split(/^---$/m).flatMap((part) => {
    const { value } = readDocument(part, 'exported.yaml', 'envoy');
    return value === null || value === undefined ? [] : [value];
  });
}

const text = ({ main }: Exported) => main.content.toString();

describe('an exported sandbox', () => {
  const envoyEngine = { ...noChoices, engine: parseEngineChoice(['envoy']) };
  const golden: readonly [string, Partial<ExportOptions>][] = [
    ['pod.kubernetes', { sandbox: 'pod', choices: envoyEngine }],
    ['front-proxy.kubernetes', { sandbox: 'front-proxy', choices: envoyEngine }],
    ['front-proxy.istio', { sandbox: 'front-proxy', choices: envoyEngine, istio: true }],
    ['svc.istio', { sandbox: 'svc', choices: envoyEngine, istio: true, namespace: 'shop' }],
    ['pod.openshift', { sandbox: 'pod', choices: envoyEngine, format: 'openshift' }],
    [
      'front-proxy.compose',
      { sandbox: 'front-proxy', choices: envoyEngine, format: 'compose', beside: true },
    ],
    ['svc.compose', { sandbox: 'svc', choices: envoyEngine, format: 'compose', beside: true }],
  ];
  for (const [name, options] of golden) {
    it(`is ${name}.yaml (UPDATE_GOLDEN=1 writes it)`, async () => {
      const file = fileURLToPath(new URL(`golden/${name}.yaml`, import.meta.url));
      const written = withoutContents(text(await exported(options)));
      if (process.env.UPDATE_GOLDEN) writeFileSync(file, written);
      assert.equal(written, readFileSync(file, 'utf8'));
    });
  }

  it('brings our data plane where that is the engine', async () => {
    const objects = documents(text(await exported({})));
    const [plane] = objects;
    assert.equal(plane.metadata.name, 'pod-data-plane');
    assert.deepEqual(Object.keys(plane.binaryData), ['part-01']);
    const set = objects.find(({ kind }) => kind === 'StatefulSet');
    const [app, sidecar] = set.spec.template.spec.containers;
    assert.equal(app.image, 'docker.io/library/node:20-slim');
    assert.deepEqual(sidecar.command.slice(0, 2), ['node', '/usr/local/lib/envoy-lab/start.mjs']);
    // `up -f` knows it by that.
    assert.ok(isDataPlane(sidecar.command));
  });

  it('has the replicas that are asked for, and a namespace', async () => {
    const choices = { ...noChoices, scale: parseScale(['pod=3']) };
    const objects = documents(text(await exported({ choices, namespace: 'shop' })));
    assert.deepEqual([objects[0].kind, objects[0].metadata.name], ['Namespace', 'shop']);
    assert.ok(objects.slice(1).every(({ metadata }) => metadata.namespace === 'shop'));
    assert.equal(objects.find(({ kind }) => kind === 'StatefulSet').spec.replicas, 3);
    const services = objects.filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.name);
    assert.deepEqual(services, ['pod', 'pod-1', 'pod-2', 'pod-3']);
  });

  it('is text that YAML 1.1 reads the same way', async () => {
    const env = '{ A: "yes", B: "0o17", C: "1_000", D: "12:30", E: "null", F: "1e3", G: "on" }';
    const own = sandbox('words', `nodes: { web: { image: hello, env: ${env} } }\n`);
    const written = text(await exported({ sandbox: own }));
    for (const word of ['yes', '0o17', '1_000', '12:30', 'null', '1e3', 'on']) {
      assert.ok(written.includes(`value: "${word}"`), word);
    }
  });

  it('says what is otherwise', async () => {
    const own = sandbox(
      'other',
      `networks: [one, two]
nodes:
  web:
    image: hello
    networks: [one]
    ready: { log: up }
  front:
    image: hello
    networks: [one, two]
    depends_on: { web: ready }
`,
    );
    const log = 'web/app counts as ready as soon as it runs: nothing there reads its log';
    assert.deepEqual((await exported({ sandbox: own })).notes, [
      log,
      'front does not wait for web, which cannot be asked from outside whether it is ready',
      'all nodes can reach each other: the networks one, two are one on a cluster',
    ]);
    assert.deepEqual((await exported({ sandbox: own, format: 'compose' })).notes, [log]);
  });

  it('is refused where options contradict each other', async () => {
    const refused: readonly [Partial<ExportOptions>, RegExp][] = [
      [{ format: 'compose', istio: true }, /--istio goes with --format kubernetes, not with compose/],
      [
        { format: 'openshift', namespace: 'shop' },
        /--namespace goes with --format kubernetes, not with openshift/,
      ],
      [{ namespace: 'Shop' }, /"Shop" cannot be the name of a namespace/],
      [{ choices: { ...noChoices, scale: parseScale(['pdo=2']) } }, /has no node "pdo"/],
    ];
    for (const [options, message] of refused) {
      await assert.rejects(exported(options), { code: 'usage', message });
    }
  });
});

/** A reference to a parameter, as a Template has it. */
const reference = (name: string) => `\${${name}}`;

describe('a Template', () => {
  it('has parameters for images and replicas, and no other text is taken for one', async () => {
    const own = `${reference('NODE_IMAGE')} ${reference('OTHER')}`;
    const shop = sandbox('shop', `nodes: { my-web: { image: base, command: [echo, "${own}"] } }\n`);
    const template = documents(text(await exported({ sandbox: shop, format: 'openshift' })))[0];
    assert.deepEqual(
      template.parameters.map(({ name, value }: Plain) => [name, value]),
      [
        ['NODE_IMAGE_', 'docker.io/library/node:20-slim'],
        ['MY_WEB_REPLICAS', '1'],
      ],
    );
    const set = template.objects.find(({ kind }: Plain) => kind === 'StatefulSet');
    assert.equal(set.spec.replicas, reference('{MY_WEB_REPLICAS}'));
    const [container] = set.spec.template.spec.containers;
    assert.equal(container.image, reference('NODE_IMAGE_'));
    assert.deepEqual(container.command, ['echo', own]);
    assert.equal(container.securityContext.runAsUser, undefined);
    assert.equal(container.securityContext.runAsNonRoot, true);
  });
});

it('a Template has a parameter for each version of Envoy there is in the lab', async () => {
  const config = 'static_resources: {}\n';
  const own = sandbox('versions', 'nodes: { a: { envoy: e.yaml }, b: { envoy: e.yaml } }\n', {
    'e.yaml': config,
  });
  const choices = { ...noChoices, engine: parseEngineChoice(['a=envoy@1.38', 'b=envoy@1.40']) };
  const template = documents(text(await exported({ sandbox: own, format: 'openshift', choices })))[0];
  const parameters = template.parameters.map(({ name, value }: Plain) => [name, value]);
  assert.deepEqual(parameters.slice(0, 2), [
    ['ENVOY_1_38_0_IMAGE', 'docker.io/envoyproxy/envoy:v1.38.0'],
    ['ENVOY_1_40_0_IMAGE', 'docker.io/envoyproxy/envoy:v1.40.0'],
  ]);
  const sets = template.objects.filter(({ kind }: Plain) => kind === 'StatefulSet');
  assert.deepEqual(
    sets.map(({ spec }: Plain) => spec.template.spec.containers[0].image),
    [reference('ENVOY_1_38_0_IMAGE'), reference('ENVOY_1_40_0_IMAGE')],
  );
  // So that `up -f` knows both for Envoy.
  assert.deepEqual(
    sets.map(({ metadata }: Plain) => metadata.annotations[IMAGES_ANNOTATION]),
    [`${reference('ENVOY_1_38_0_IMAGE')}=envoy`, `${reference('ENVOY_1_40_0_IMAGE')}=envoy`],
  );
});

describe('a lab for a mesh', () => {
  it('keeps proxies that stand alone, and says which ports go with a sidecar', async () => {
    const listener = (port: number, cluster: string) =>
      `{ name: l${port}, address: { socket_address: { address: 0.0.0.0, port_value: ${port} } }, filter_chains: [{ filters: [{ name: tcp, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy, stat_prefix: a, cluster: ${cluster} } }] }] }`;
    const cluster = (name: string, address: string, port: number) =>
      `{ name: ${name}, type: STRICT_DNS, load_assignment: { cluster_name: ${name}, endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: ${address}, port_value: ${port} } } } }] }] } }`;
    const config = `static_resources: { listeners: [${listener(6000, 'own')}, ${listener(7000, 'far')}], clusters: [${cluster('own', '127.0.0.1', 6379)}, ${cluster('far', 'elsewhere', 6379)}] }\n`;
    const own = sandbox(
      'mesh',
      `nodes:
  db:
    containers:
      app: { image: base, command: [sleep, "9"], ready: { tcp: 6379 }, depends_on: { sidecar: ready } }
      sidecar: { envoy: envoy.yaml }
  front: { envoy: envoy.yaml }
`,
      { 'envoy.yaml': config },
    );
    const made = await exported({ sandbox: own, istio: true });
    assert.deepEqual(made.notes, [
      'port 7000 of db/sidecar is gone with its sidecar: it leads to no app of db',
    ]);
    const objects = documents(text(made));
    assert.deepEqual(objects[0].metadata, { name: 'mesh', labels: { 'istio-injection': 'enabled' } });
    const ports = (name: string) =>
      objects
        .find(({ kind, metadata }) => kind === 'Service' && metadata.name === name)
        .spec.ports.map((port: Plain) => [port.name, port.port, port.targetPort]);
    assert.deepEqual(ports('db'), [
      ['tcp-6000', 6000, 6379],
      ['tcp-6379', 6379, undefined],
    ]);
    assert.deepEqual(ports('front'), [
      ['tcp-6000', 6000, undefined],
      ['tcp-7000', 7000, undefined],
    ]);
    const pods = objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.template);
    assert.deepEqual(
      pods.map(({ spec }) => spec.containers.map(({ name }: Plain) => name)),
      [['app'], ['envoy']],
    );
    assert.equal(pods[0].spec.initContainers, undefined);
    assert.equal(pods[0].metadata.labels.app, 'db');
    assert.equal(pods[0].metadata.labels.version, 'v1');
  });
});

describe('a Compose file', () => {
  it('waits as the sandbox says, and takes no text of it for a variable', async () => {
    const own = sandbox(
      'order',
      `nodes:
  web:
    containers:
      app: { image: hello, env: { PRICE: $5 }, depends_on: { job: done, db: ready } }
      job: { image: base, command: [sh, -c, "echo $HOME"], once: true }
  db: { replicas: 2, image: hello, hosts: { out: 192.0.2.7 }, publish: { http: 80 } }
`,
    );
    const file = documents(text(await exported({ sandbox: own, format: 'compose' })))[0];
    assert.deepEqual(Object.keys(file.services), ['web', 'web-app', 'web-job', 'db-1', 'db-2']);
    assert.deepEqual(file.services['web-app'].depends_on, {
      'web-job': { condition: 'service_completed_successfully' },
      'db-1': { condition: 'service_healthy' },
      'db-2': { condition: 'service_healthy' },
    });
    assert.equal(file.services['web-app'].environment.PRICE, '$$5');
    assert.deepEqual(file.services['web-job'].entrypoint, ['sh', '-c', 'echo $$HOME']);
    assert.equal(file.services['web-app'].network_mode, 'service:web');
    assert.deepEqual(file.services['db-1'].networks.default.aliases, ['db']);
    assert.deepEqual(file.services['db-1'].extra_hosts, ['out=192.0.2.7']);
    assert.deepEqual(
      [file.services['db-1'].ports, file.services['db-2'].ports],
      [['127.0.0.1:10080:80'], ['127.0.0.1::80']],
    );
    assert.match(file.configs['db-app_app_hello.cjs'].content, /createServer/);
  });

  it('has no two services of one name', async () => {
    const own = sandbox(
      'twice',
      'nodes: { web: { containers: { app: { image: hello }, other: { image: base, command: sleep 1 } } }, web-app: { image: hello } }\n',
    );
    await assert.rejects(exported({ sandbox: own, format: 'compose' }), {
      code: 'invalid',
      message: 'two services of the Compose file would be called web-app',
      hint: /another name/,
    });
  });

  it('has files that are no text beside it only', async () => {
    const own = sandbox('binary', 'nodes: { web: { image: hello, files: { dot.png: /dot.png } } }\n', {
      'dot.png': Buffer.from([0x89, 0, 0xff]),
    });
    const options = { sandbox: own, format: 'compose' as const };
    await assert.rejects(exported(options), {
      code: 'invalid',
      message: '/dot.png of web/app is no text, which a Compose file cannot hold',
      hint: 'write files beside it: -o DIRECTORY/',
    });
    const { beside } = await exported({ ...options, beside: true });
    assert.deepEqual(
      beside.map(({ path }) => path),
      ['web/app/app/hello.cjs', 'web/app/dot.png'],
    );
    assert.deepEqual(beside[1]!.content, Buffer.from([0x89, 0, 0xff]));
  });
});

/** Without what files of the sandbox say, and the hash of it: goldens are of the form. */
function withoutContents(written: string): string {
  return written
    .replace(/^( +)(\S+): \|[-+]?\n(?:(?:\1 +.*)?\n)+/gm, '$1$2: …\n')
    .replace(/(io\.envoy-lab\/files: )"?[0-9a-f]+"?/g, '$1…');
}
