// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to parameters
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CommandLine } from './command-line.ts';
import { type Place, places } from './places.ts';

const listener = (port: number, cluster: string, address: string, target: number) => `
admin: { address: { socket_address: { address: 0.0.0.0, port_value: 8081 } } }
static_resources:
  listeners:
    - name: in
      address: { socket_address: { address: 0.0.0.0, port_value: ${port} } }
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                stat_prefix: in
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes: [{ match: { prefix: / }, route: { cluster: ${cluster} } }]
                http_filters:
                  - name: envoy.filters.http.router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
  clusters:
    - name: ${cluster}
      type: STRICT_DNS
      dns_refresh_rate: 0.25s
      load_assignment:
        cluster_name: ${cluster}
        endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address: ${address}, port_value: ${target} } } } }] }]
`;
const indented = (text: string, by: number) => text.trim().replaceAll('\n', `\n${' '.repeat(by)}`);

/** A Deployment of an app with a sidecar, its Service, and a proxy before it that knows it by its cluster's name. */
const shop = (color: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: sidecar }
data:
  envoy.yaml: |
    ${indented(listener(8000, 'app', '127.0.0.1', 8080), 4)}
  front.yaml: |
    ${indented(listener(80, 'shop', 'shop.default.svc.cluster.local', 80), 4)}
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { token: s3cret }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 2
  strategy: { type: RollingUpdate }
  selector: { matchLabels: { app: shop } }
  template:
    metadata:
      labels: { app: shop }
      annotations: { io.envoy-lab/images: "quay.io/team/shop:1=hello" }
    spec:
      hostAliases: [{ ip: 10.99.0.1, hostnames: [legacy.example.com] }]
      initContainers:
        - name: prepare
          image: quay.io/team/shop:1
          command: [node, -e, "require('fs').writeFileSync('/work/color', '$(COLOR)')"]
          env: [{ name: COLOR, value: ${color} }]
          volumeMounts: [{ name: work, mountPath: /work }]
      containers:
        - name: app
          image: quay.io/team/shop:1
          env:
            - { name: SERVICE_NAME, value: "1" }
            - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: TOKEN, valueFrom: { secretKeyRef: { name: keys, key: token } } }
          ports: [{ name: web, containerPort: 8080 }]
          livenessProbe: { httpGet: { path: /healthz, port: web } }
          volumeMounts: [{ name: work, mountPath: /work }, { name: keys, mountPath: /keys }]
        - name: sidecar
          image: envoyproxy/envoy:v1.31-latest
          ports: [{ name: http, containerPort: 8000 }]
          readinessProbe: { httpGet: { path: /ready, port: 8081 } }
          volumeMounts: [{ name: config, mountPath: /etc/envoy }]
      volumes:
        - { name: config, configMap: { name: sidecar } }
        - { name: keys, secret: { secretName: keys } }
        - { name: work, emptyDir: {} }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80, targetPort: http }] }
---
apiVersion: v1
kind: Pod
metadata: { name: front }
spec:
  containers:
    - name: envoy
      image: docker.io/envoyproxy/envoy:v1.31-latest
      args: [-c, /config/front.yaml]
      ports: [{ name: http, containerPort: 80, hostPort: 80 }]
      volumeMounts: [{ name: config, mountPath: /config }]
  volumes: [{ name: config, configMap: { name: sidecar, items: [{ key: front.yaml, path: front.yaml }] } }]
`;

const CHECKS = `
- name: the shop answers through the front
  curl: http://front/service/1
  eventually: 5s
  expect: { status: 200, headers: { server: envoy }, body: Hello from behind Envoy (service 1)! }
- name: both pods serve
  curl: http://shop/service/1
  repeat: 20
  expect: { status: 200, spread: { by: '/hostname (\\S+)/', distinct: 2 } }
`;

/** The life of a lab of manifests; each test goes on from the one before. */
function life({ name, runtime, env, skip }: Place): void {
  describe(`up -f on ${name}`, { skip }, () => {
    const cli = new CommandLine({ ...env, ENVOY_LAB_RUNTIME: runtime });
    const file = (name: string, text: string) => {
      mkdirSync(join(cli.home, 'm'), { recursive: true });
      writeFileSync(join(cli.home, 'm', name), text);
    };
    const folder = join(cli.stateHome, 'envoy-lab', 'manifests', 'shop');
    const exec = (...words: string[]) => cli.ok('exec', '--container', 'app', 'shop-pod', ...words);
    before(() => {
      file('shop.yaml', shop('red'));
      writeFileSync(join(cli.home, 'checks.yaml'), CHECKS);
    });
    after(() => cli[Symbol.asyncDispose]());

    it('plans, and leaves nothing of a dry run', async () => {
      assert.match(await cli.ok('up', '-f', 'm', '--dry-run'), /create shop-pod-2/);
      assert.equal(existsSync(join(cli.stateHome, 'envoy-lab', 'manifests')), false);
    });

    it('runs a Deployment behind a Service, with sidecars, and its checks', async () => {
      const { code, stdout, stderr } = await cli.run(['up', '-f', 'm', '--checks', 'checks.yaml', '--check']);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stderr, /m\/shop\.yaml:\d+:3: Deployment shop: spec\.strategy: left out: /);
      assert.match(stderr, /Deployment shop: metadata\.name: a service has that name: its node is shop-pod/);
      assert.match(
        await cli.ok('curl', '-s', 'http://shop.default.svc.cluster.local/service/1'),
        /hostname shop-pod-\d/,
      );
      assert.match(await cli.ok('port', 'front', 'http'), /^127\.0\.0\.1:\d+$/m);
    });

    it('gives containers what the manifest says', async () => {
      assert.equal(await exec('cat', '/work/color'), 'red');
      assert.equal(await exec('cat', '/keys/token'), 's3cret');
      assert.match(await exec('cat', '/etc/hosts'), /^10\.99\.0\.1\s+legacy\.example\.com$/m);
      assert.equal(
        await exec('node', '-p', '`${process.env.POD} ${process.env.TOKEN}`'),
        'shop-pod-1 s3cret\n',
      );
      const second = [
        'exec',
        '--container',
        'app',
        '--index',
        '2',
        'shop-pod',
        'node',
        '-p',
        'process.env.POD',
      ];
      assert.equal(await cli.ok(...second), 'shop-pod-2\n');
    });

    it('keeps secrets to its user', () => {
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      assert.equal(statSync(join(folder, 'sandbox.yaml')).mode & 0o777, 0o600);
      const [path] = /files\/shop-pod\/keys-[0-9a-f]{8}/.exec(
        readFileSync(join(folder, 'sandbox.yaml'), 'utf8'),
      )!;
      assert.equal(statSync(join(folder, path, 'token')).mode & 0o777, 0o644);
    });

    it('has nothing to do the second time, and changes what a changed manifest says', async () => {
      const again = ['up', '-f', 'm', '--checks', 'checks.yaml'];
      assert.equal((await cli.json<{ changed: boolean }>(...again)).changed, false);
      file('shop.yaml', shop('blue'));
      assert.equal((await cli.json<{ changed: boolean }>(...again)).changed, true);
      assert.equal(await exec('cat', '/work/color'), 'blue');
    });

    it('stays as it is when the new manifest is wrong, or does not start', async () => {
      const state = () => [
        readFileSync(join(folder, 'sandbox.yaml'), 'utf8'),
        ...(readdirSync(folder, { recursive: true }) as string[]).sort(),
      ];
      const before = state();
      file('shop.yaml', shop('green').replace('replicas: 2', 'replica: 2'));
      const wrong = await cli.run(['up', '-f', 'm']);
      assert.equal(wrong.code, 2);
      assert.match(
        wrong.stderr,
        /m\/shop\.yaml:\d+:3: spec\.replica: unknown key \(did you mean "replicas"\?\)/,
      );
      file('shop.yaml', shop('green').replace("'$(COLOR)')", "'$(COLOR)'); process.exit(3)"));
      const failed = await cli.run(['up', '-f', 'm']);
      assert.equal(failed.code, 3, failed.stderr);
      assert.deepEqual(state(), before);
      file('shop.yaml', shop('green').replace('prefix: /', 'prefixes: /'));
      const config = await cli.run(['up', '-f', 'm']);
      assert.equal(config.code, 2);
      const line = shop('green').slice(0, shop('green').indexOf('prefix: /')).split('\n').length;
      assert.ok(config.stderr.includes(`m/shop.yaml:${line}:`), config.stderr);
      assert.deepEqual(state(), before);
      assert.match(await cli.ok('curl', '-s', 'http://shop/service/1'), /service 1/);
    });

    it('is changed by one command after the other', async () => {
      const texts = ['black', 'white'].map((color) => shop(color));
      const started = texts.map((text, index) => {
        writeFileSync(join(cli.home, `${index}.yaml`), text);
        return cli.start(['up', '-f', `${index}.yaml`]).ended;
      });
      for (const { code, stderr } of await Promise.all(started)) assert.equal(code, 0, stderr);
      const color = await exec('cat', '/work/color');
      assert.ok(['black', 'white'].includes(color));
      const index = color === 'black' ? 0 : 1;
      assert.equal((await cli.json<{ changed: boolean }>('up', '-f', `${index}.yaml`)).changed, false);
    });

    it('goes, with its folder', async () => {
      await cli.ok('down');
      assert.equal(existsSync(join(cli.stateHome, 'envoy-lab')), false);
    });
  });
}

for (const place of await places()) {
  if (['process, namespaces', 'docker'].includes(place.name)) life(place);
}

describe('up -f with a template', () => {
  const cli = new CommandLine();
  const template = `
apiVersion: v1
kind: Template
metadata: { name: sidecar-demo }
message: "\${NAME} has \${{COUNT}} pods and the key \${KEY}."
labels: { app: "\${NAME}" }
parameters:
  - { name: NAME, required: true }
  - { name: COUNT, value: "1" }
  - { name: KEY, generate: expression, from: "k-[a-z0-9]{8}" }
objects:
  - apiVersion: apps.openshift.io/v1
    kind: DeploymentConfig
    metadata: { name: "\${NAME}" }
    spec:
      replicas: \${{COUNT}}
      selector: { app: "\${NAME}" }
      triggers: [{ type: ConfigChange }]
      template:
        metadata: { labels: { app: "\${NAME}" } }
        spec:
          containers:
            - { name: app, image: "quay.io/team/hello:1", env: [{ name: SERVICE_NAME, value: "\${KEY}" }] }
`;
  const image = ['--image', 'quay.io/team/hello:1=hello'];
  before(() => {
    writeFileSync(join(cli.home, 't.yaml'), template);
    writeFileSync(join(cli.home, 'p.env'), '# who\nNAME=web\nCOUNT=2\n');
  });
  after(() => cli[Symbol.asyncDispose]());

  it('needs its parameters, an image that can be run, and to be told apart from a sandbox', async () => {
    const refused = async (code: number, message: RegExp, ...words: string[]) => {
      const { code: found, stderr } = await cli.run(['up', ...words]);
      assert.match(stderr, message);
      assert.equal(found, code, stderr);
      assert.equal(existsSync(join(cli.stateHome, 'envoy-lab', 'manifests')), false);
    };
    const given = ['--param', 'NAME=web'];
    await refused(
      2,
      /t\.yaml:8:5: parameters\[0\]: parameter NAME is required and has no value/,
      '-f',
      't.yaml',
      ...image,
    );
    await refused(
      1,
      /no template has a parameter NAM[\s\S]*did you mean "NAME"\?/,
      '-f',
      't.yaml',
      '--param',
      'NAM=x',
    );
    await refused(1, /"NAME" is not NAME=VALUE/, '-f', 't.yaml', '--param', 'NAME');
    await refused(
      2,
      /t\.yaml:23:35: spec\.template\.spec\.containers\[0\]\.image: container app is the image quay\.io\/team\/hello:1 of a registry.*--image/,
      '-f',
      't.yaml',
      ...given,
    );
    await refused(1, /given front-proxy beside -f/, 'front-proxy', '-f', 't.yaml');
    await refused(1, /--param goes with -f/, 'front-proxy', ...given);
    await refused(1, /up needs a sandbox, or manifests/);
    await refused(1, /no such file: none\.yaml/, '-f', 'none.yaml');
  });

  it('runs what it says, and keeps what it generated', async () => {
    const words = ['up', '-f', 't.yaml', '--param-file', 'p.env', '--param', 'COUNT=1', ...image];
    const { code, stderr } = await cli.run(words);
    assert.equal(code, 0, stderr);
    const [, key] = /web has \$\{\{COUNT\}\} pods and the key (k-[a-y0-8]{8})\./.exec(stderr) ?? [];
    assert.ok(key !== undefined, stderr);
    assert.equal((await cli.json<{ changed: boolean }>(...words)).changed, false);
    const name = ['exec', 'web', 'node', '-p', 'process.env.SERVICE_NAME'];
    assert.equal(await cli.ok(...name), `${key}\n`);
    assert.match(await cli.ok('labs'), /sidecar-demo/);
  });
});

describe('what export writes', () => {
  const cli = new CommandLine();
  after(() => cli[Symbol.asyncDispose]());

  for (const [sandbox, format] of [
    ['pod', 'kubernetes'],
    ['svc', 'kubernetes'],
    ['front-proxy', 'openshift'],
  ] as const) {
    it(`for ${format} runs here again, and ${sandbox}'s checks pass`, async () => {
      writeFileSync(join(cli.home, 'out.yaml'), await cli.ok('export', sandbox, '--format', format));
      const checks = fileURLToPath(new URL(`../../sandboxes/${sandbox}/sandbox.yaml`, import.meta.url));
      const { code, stdout, stderr } = await cli.run(['up', '-f', 'out.yaml', '--checks', checks, '--check']);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout + stderr, /[1-9]\d* passed, 0 failed/);
      await cli.ok('down');
    });
  }
});
