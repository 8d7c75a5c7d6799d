import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type {
  V1ConfigMap,
  V1Deployment,
  V1Pod,
  V1PodSpec,
  V1Service,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';
import type { ContainerSpec, LabIdentity, NodeSpec, ReadyProbe } from '../../node-spec.ts';
import { container, node } from '../../specs.fake.ts';
import type { HostContents } from './host-files.ts';
import type { LabelScheme } from './labels.ts';
import { imageNames, type LabObject, type TranslateOptions } from './options.ts';
import { labObjects } from './translate.ts';

const identity: LabIdentity = {
  lab: 'demo',
  sandbox: 'shop',
  folder: '/sandboxes/shop',
  owner: '1000',
  networks: ['default'],
};

/** As long as a data plane, and no smaller when it is packed. */
const bundle = randomBytes(500_000);
const contents: HostContents = new Map([
  ['/host/app.js', [{ path: '', content: Buffer.from('app\n'), mode: 0o644 }]],
  ['/host/run', [{ path: '', content: Buffer.from('#!/bin/sh\n'), mode: 0o755 }]],
  [
    '/host/site',
    [
      { path: 'index.html', content: Buffer.from('<p>'), mode: 0o644 },
      { path: 'img/dot.png', content: Buffer.from([0x89, 0, 0xff]), mode: 0o644 },
    ],
  ],
  ['/host/empty', []],
  ['/host/bundle', [{ path: '', content: bundle, mode: 0o644 }]],
]);

const labels: LabelScheme = {
  lab: ({ sandbox }) => ({ sandbox }),
  group: ({ lab }, group) => ({ lab, group }),
  pod: ({ sandbox }) => ({ sandbox }),
  node: (node) => ({ node }),
};

const defaults: TranslateOptions = {
  images: imageNames({}),
  contents,
  labels,
  workload: 'StatefulSet',
  security: 'image',
  waits: false,
};

function translate(nodes: readonly NodeSpec[], options: Partial<TranslateOptions> = {}): LabObject[] {
  const objects = labObjects(identity, nodes, { ...defaults, ...options });
  for (const object of objects) checkSchema(object);
  return objects;
}

/** Every field has to be one of the API's: its own serializer leaves out what it does not know. */
function checkSchema(object: LabObject): void {
  const plain = JSON.parse(JSON.stringify(object));
  const known = ObjectSerializer.serialize(object, `V1${object.kind}`, '');
  assert.deepEqual(JSON.parse(JSON.stringify(known)), plain);
}

/** What the name of a container or a volume has to be (RFC 1123). */
const LABEL = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

const only = <T extends LabObject>(objects: readonly LabObject[], kind: string): T[] =>
  objects.filter((object) => object.kind === kind) as T[];
const names = (objects: readonly LabObject[]) =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata?.name}`);

/** The pod of a node that has just these containers. */
function podOf(containers: readonly ContainerSpec[], options: Partial<TranslateOptions> = {}): V1PodSpec {
  const [made] = only<V1StatefulSet>(translate([node('web', containers)], options), 'StatefulSet');
  return made!.spec!.template.spec!;
}

const proxy = (rest: Partial<ContainerSpec> = {}) =>
  container('sidecar', ['envoy', '-c', '/etc/envoy/envoy.yaml'], {
    kind: 'engine',
    engine: 'envoy',
    engineVersion: '1.40.0',
    rootfs: { name: 'envoy', programs: [{ name: 'envoy' }], files: [], base: 'envoyproxy/envoy:v1.40.0' },
    ...rest,
  });
const ours = (rest: Partial<ContainerSpec> = {}) =>
  container('sidecar', ['envoy-lab-proxy', '-c', '/etc/envoy/envoy.yaml'], {
    kind: 'engine',
    engine: 'ts',
    rootfs: {
      name: 'ts',
      programs: [{ name: 'node' }],
      files: [
        { path: '/lib/envoy-lab-proxy.mjs', from: { hostPath: '/host/bundle' } },
        { path: '/bin/envoy-lab-proxy', from: { content: 'start' } },
      ],
    },
    ...rest,
  });

describe('what a lab is on a cluster', () => {
  it('is a StatefulSet for each group, counted from 1, and names for all and for each', () => {
    const app = container('app', ['node', '/app.js']);
    const objects = translate([
      node('web', [app], { aliases: ['shop'], publish: [port('http', 80)] }),
      node('web', [app], { index: 2, aliases: ['shop'], publish: [port('http', 80)] }),
      node('db', [app]),
    ]);
    assert.deepEqual(names(objects), [
      'Service web',
      'Service shop',
      'Service web-1',
      'Service web-2',
      'StatefulSet web',
      'Service db',
      'Service db-1',
      'StatefulSet db',
    ]);
    const [web, shop, , second] = only<V1Service>(objects, 'Service');
    assert.equal(web!.spec!.clusterIP, 'None');
    assert.equal(web!.spec!.publishNotReadyAddresses, true);
    assert.deepEqual(web!.spec!.ports, [{ name: 'http', port: 80 }]);
    assert.deepEqual(shop!.spec!.selector, web!.spec!.selector);
    assert.deepEqual(second!.spec!.selector, { 'statefulset.kubernetes.io/pod-name': 'web-2' });
    const [set] = only<V1StatefulSet>(objects, 'StatefulSet');
    const { serviceName, replicas, ordinals, podManagementPolicy, selector, template } = set!.spec!;
    assert.deepEqual(
      [serviceName, replicas, ordinals, podManagementPolicy],
      ['web', 2, { start: 1 }, 'Parallel'],
    );
    assert.deepEqual(selector.matchLabels, {
      lab: 'demo',
      group: 'web',
    });
    for (const [name, value] of Object.entries(selector.matchLabels!)) {
      assert.equal(template.metadata!.labels![name], value);
    }
    assert.equal(template.metadata!.labels!.sandbox, 'shop');
  });

  it('is a pod for each replica where nobody is to make them anew', () => {
    const objects = translate([node('web', [container('app', ['node'])], { index: 2 })], {
      workload: 'Pod',
      namespace: 'lab',
    });
    const [pod] = only<V1Pod>(objects, 'Pod');
    assert.deepEqual([pod!.metadata!.name, pod!.metadata!.namespace], ['web-2', 'lab']);
    const { hostname, subdomain, restartPolicy } = pod!.spec!;
    assert.deepEqual([hostname, subdomain, restartPolicy], ['web-2', 'web', 'Never']);
    const service = only<V1Service>(objects, 'Service').find(({ metadata }) => metadata!.name === 'web-2')!;
    for (const [name, value] of Object.entries(service.spec!.selector!)) {
      assert.equal(pod!.metadata!.labels![name], value);
    }
  });

  it('is a Deployment where pods need no names, and groups have one address that balances', () => {
    const balanced = new Map([['web', [{ name: 'http-8000', port: 8000, targetPort: 8080 }]]]);
    const objects = translate([node('web', [container('app', ['node'])])], {
      workload: 'Deployment',
      balanced,
    });
    assert.deepEqual(names(objects), ['Service web', 'Deployment web']);
    const [service] = only<V1Service>(objects, 'Service');
    assert.equal(service!.spec!.clusterIP, undefined);
    assert.deepEqual(service!.spec!.ports, [{ name: 'http-8000', port: 8000, targetPort: 8080 }]);
    assert.equal(only<V1Deployment>(objects, 'Deployment')[0]!.spec!.replicas, 1);
  });

  it('has a Service for a service of the sandbox, and nothing that runs', () => {
    const service = {
      selects: 'web',
      ports: [{ name: 'http', port: 80, targetPort: 8080, protocol: 'tcp' as const }],
    };
    const objects = translate([
      node('web', [container('app', ['node'])]),
      node('front', [container('forwarder', ['node'])], { service }),
    ]);
    assert.deepEqual(names(objects), ['Service web', 'Service web-1', 'StatefulSet web', 'Service front']);
    const { spec } = only<V1Service>(objects, 'Service').at(-1)!;
    assert.deepEqual(spec!.ports, [{ name: 'http', port: 80, targetPort: 8080 }]);
    assert.equal(spec!.selector!.group, 'web');
    assert.equal(spec!.publishNotReadyAddresses, undefined);
  });

  it('takes images that anybody can pull, or those that the environment names', () => {
    const images = (options: Partial<TranslateOptions> = {}) =>
      podOf(
        [
          container('app', ['node', '/app.js'], { rootfs: rootfs({ programs: ['node'] }) }),
          container('shop', [], { rootfs: rootfs({ reference: 'quay.io/team/shop:1' }), args: ['-v'] }),
          container('redis', ['redis-server'], {
            rootfs: rootfs({ programs: ['redis-server'], base: 'redis:7' }),
          }),
          proxy(),
        ],
        options,
      ).containers.map(({ image }) => image);
    assert.deepEqual(images(), [
      'docker.io/library/node:20-slim',
      'quay.io/team/shop:1',
      'redis:7',
      'docker.io/envoyproxy/envoy:v1.40.0',
    ]);
    const env = { ENVOY_LAB_IMAGE_NODE: 'my/node', ENVOY_LAB_IMAGE_ENVOY: 'my/envoy' };
    assert.deepEqual(images({ images: imageNames(env) }).slice(0, 1), ['my/node']);
    assert.equal(images({ images: imageNames(env) })[3], 'my/envoy');
    assert.equal(images({ images: imageNames({ ENVOY_LAB_IMAGE_APP: 'my/redis' }) })[2], 'my/redis');
    assert.throws(() => podOf([container('app', ['ruby'], { rootfs: rootfs({ programs: ['ruby'] }) })]), {
      code: 'invalid',
      message: 'web/app needs ruby, which no stock image is known to have',
    });
  });

  it('says what a container runs, with dollars that stay dollars', () => {
    const [app, shop] = podOf([
      container('app', ['sh', '-c', 'echo $(date) $HOME $$ $$$(x)'], {
        env: { PRICE: '$(PORT)', PORT: '80' },
        workdir: '/srv',
      }),
      container('shop', [], { rootfs: rootfs({ reference: 'shop:1' }), args: ['-v'] }),
    ]).containers;
    assert.deepEqual(app!.command, ['sh', '-c', 'echo $$(date) $HOME $$$$ $$$$$$(x)']);
    assert.deepEqual(app!.env, [
      { name: 'PRICE', value: '$$(PORT)' },
      { name: 'PORT', value: '80' },
    ]);
    assert.equal(app!.workingDir, '/srv');
    assert.deepEqual([shop!.command, shop!.args], [undefined, ['-v']]);
  });

  it('says ports of whoever is asked there, with names that a cluster takes', () => {
    const publish = [port('http', 80), port('53/udp', 53, 'udp'), port('The Admin Interface', 8081)];
    const ready: ReadyProbe = { kind: 'admin', addressFile: '/a', address: { host: '0.0.0.0', port: 8081 } };
    const objects = translate([
      node('web', [container('app', ['node'], { ready: { kind: 'tcp', port: 80 } }), proxy({ ready })], {
        publish,
      }),
    ]);
    const [set] = only<V1StatefulSet>(objects, 'StatefulSet');
    assert.deepEqual(
      set!.spec!.template.spec!.containers.map(({ ports }) => ports),
      [
        [{ name: 'http', containerPort: 80 }],
        [
          { name: '53-udp', containerPort: 53, protocol: 'UDP' },
          { name: 'the-admin-inter', containerPort: 8081 },
        ],
      ],
    );
  });

  it('has hosts as lines of /etc/hosts, names by address', () => {
    const objects = translate([
      node('web', [container('app', ['node'])], {
        hosts: { db: '192.0.2.7', cache: '192.0.2.8', sql: '192.0.2.7' },
      }),
    ]);
    assert.deepEqual(only<V1StatefulSet>(objects, 'StatefulSet')[0]!.spec!.template.spec!.hostAliases, [
      { ip: '192.0.2.7', hostnames: ['db', 'sql'] },
      { ip: '192.0.2.8', hostnames: ['cache'] },
    ]);
  });

  it('refuses what a cluster cannot give', () => {
    const app = container('app', ['node']);
    const shared = { volumes: [{ hostPath: '/data', path: '/data', readOnly: true }] };
    const refused: readonly [NodeSpec, RegExp][] = [
      [node('web', [container('app', ['node'], shared)]), /web\/app shares \/data with this machine/],
      [node('1st', [app]), /the name 1st cannot be that of a Service/],
      [node('a'.repeat(53), [app]), /has 53 letters, and a StatefulSet gets pods with 52 at most/],
      [node('web', [app], { aliases: ['shop.example'] }), /shop\.example, a name of web, cannot be/],
      [node('web', [container('app', ['node'], { user: 'redis' })]), /web\/app runs as "redis"/],
    ];
    for (const [wrong, message] of refused)
      assert.throws(() => translate([wrong]), { code: 'invalid', message });
    const twice = ['web', 'db'].map((group) => node(group, [app], { aliases: ['shop'] }));
    assert.throws(() => translate(twice), { code: 'invalid', message: 'both web and db are called shop' });
  });
});

describe('the files of a pod', () => {
  const withFiles = (files: ContainerSpec['files'], rest: Partial<ContainerSpec> = {}) =>
    translate([node('web', [container('app', ['node'], { files, ...rest })])]);

  it('are keys of a ConfigMap, mounted one by one where the image has others beside them', () => {
    const objects = withFiles([
      { path: '/app/app.js', from: { hostPath: '/host/app.js' } },
      { path: '/etc/one/app.conf', from: { content: 'one' } },
      { path: '/etc/two/app.conf', from: { content: 'two' }, mode: 0o600 },
      { path: '/bin/run', from: { hostPath: '/host/run' } },
    ]);
    const [map] = only<V1ConfigMap>(objects, 'ConfigMap');
    assert.equal(map!.metadata!.name, 'web-app');
    assert.deepEqual(map!.data, {
      'app.js': 'app\n',
      'app.conf': 'one',
      'two.app.conf': 'two',
      run: '#!/bin/sh\n',
    });
    const { volumes, containers } = only<V1StatefulSet>(objects, 'StatefulSet')[0]!.spec!.template.spec!;
    assert.deepEqual(volumes, [
      {
        name: 'app-files',
        configMap: {
          name: 'web-app',
          items: [
            { key: 'app.js', path: 'app.js' },
            { key: 'app.conf', path: 'app.conf' },
            { key: 'two.app.conf', path: 'two.app.conf', mode: 0o600 },
            { key: 'run', path: 'run', mode: 0o755 },
          ],
        },
      },
    ]);
    assert.deepEqual(containers[0]!.volumeMounts![2], {
      name: 'app-files',
      mountPath: '/etc/two/app.conf',
      subPath: 'two.app.conf',
      readOnly: true,
    });
  });

  it('are a folder where the host has one, with all that lies below it', () => {
    const objects = withFiles([
      { path: '/srv/site/', from: { hostPath: '/host/site' } },
      { path: '/srv/site/more/page.html', from: { content: 'more' } },
      { path: '/srv/none', from: { hostPath: '/host/empty' } },
    ]);
    const [map] = only<V1ConfigMap>(objects, 'ConfigMap');
    assert.deepEqual(Object.keys(map!.data!), ['index.html', 'page.html']);
    assert.deepEqual(map!.binaryData, { 'dot.png': 'iQD/' });
    const { volumes, containers } = only<V1StatefulSet>(objects, 'StatefulSet')[0]!.spec!.template.spec!;
    assert.deepEqual(volumes, [
      {
        name: 'app-folder',
        configMap: {
          name: 'web-app',
          items: [
            { key: 'index.html', path: 'index.html' },
            { key: 'dot.png', path: 'img/dot.png' },
            { key: 'page.html', path: 'more/page.html' },
          ],
        },
      },
      { name: 'app-folder-2', emptyDir: {} },
    ]);
    assert.deepEqual(
      containers[0]!.volumeMounts!.map(({ mountPath }) => mountPath),
      ['/srv/site', '/srv/none'],
    );
  });

  it('are several ConfigMaps when they are large, and an error when one file is too large for any', () => {
    const text = 'x'.repeat(150_000);
    const objects = withFiles([
      { path: '/a', from: { content: text } },
      { path: '/b', from: { content: text } },
    ]);
    assert.deepEqual(
      only<V1ConfigMap>(objects, 'ConfigMap').map(({ metadata }) => metadata!.name),
      ['web-app-1', 'web-app-2'],
    );
    const { volumes } = only<V1StatefulSet>(objects, 'StatefulSet')[0]!.spec!.template.spec!;
    assert.deepEqual(volumes, [
      {
        name: 'app-files',
        projected: { sources: [{ configMap: { name: 'web-app-1' } }, { configMap: { name: 'web-app-2' } }] },
      },
    ]);
    assert.throws(() => withFiles([{ path: '/big', from: { content: 'x'.repeat(1024 * 1024 + 1) } }]), {
      code: 'invalid',
      message: '/big of web/app is 1.0 MiB, and a ConfigMap of Kubernetes holds 1 MiB',
    });
  });

  it('are volumes with names that a cluster takes, whatever the container is called', () => {
    const long = `${'a'.repeat(60)}-b`;
    const objects = translate([
      node('web', [
        container(long, ['node'], {
          files: [
            { path: '/a', from: { content: 'a' } },
            { path: '/srv/site/', from: { hostPath: '/host/site' } },
          ],
        }),
      ]),
    ]);
    const [set] = only<V1StatefulSet>(objects, 'StatefulSet');
    const made = set!.spec!.template.spec!.volumes!.map(({ name }) => name);
    assert.equal(new Set(made).size, 2);
    for (const name of made) assert.match(name, LABEL);
  });

  it('make another pod when they change', () => {
    const hash = (content: string) =>
      only<V1StatefulSet>(withFiles([{ path: '/a', from: { content } }]), 'StatefulSet')[0]!.spec!.template
        .metadata!.annotations!['io.envoy-lab/files'];
    assert.equal(hash('one'), hash('one'));
    assert.notEqual(hash('one'), hash('two'));
  });

  it('bring our data plane in parts that kubectl apply takes, once for all its containers', () => {
    const objects = translate([node('web', [ours()]), node('shop', [ours()])]);
    const maps = only<V1ConfigMap>(objects, 'ConfigMap');
    assert.ok(maps.length > 1);
    for (const map of maps) assert.ok(JSON.stringify(map).length < 256 * 1024 - 10_000);
    const parts = maps.flatMap(({ binaryData }) => Object.entries(binaryData!)).sort();
    const packed = Buffer.concat(parts.map(([, part]) => Buffer.from(part, 'base64')));
    assert.ok(gunzipSync(packed).equals(bundle));
    assert.match(maps[0]!.data!['start.mjs']!, /await run\(\)/);
    for (const set of only<V1StatefulSet>(objects, 'StatefulSet')) {
      const { containers, volumes } = set.spec!.template.spec!;
      assert.deepEqual(containers[0]!.command, [
        'node',
        '/usr/local/lib/envoy-lab/start.mjs',
        '-c',
        '/etc/envoy/envoy.yaml',
      ]);
      assert.equal(containers[0]!.image, 'docker.io/library/node:20-slim');
      assert.equal(volumes![0]!.projected!.sources!.length, maps.length);
    }
    const without = { rootfs: { name: 'ts', programs: [], files: [] } };
    assert.throws(() => translate([node('web', [ours(without)])]), {
      code: 'runtime',
      message: /bundle is missing/,
    });
  });
});

describe('the order of a pod', () => {
  const after = (name: string, until: 'ready' | 'done') => ({ dependsOn: [{ name, until }] });

  it('puts jobs, and what others wait for, before the rest', () => {
    const { initContainers, containers } = podOf([
      container('web', ['node'], after('migrate', 'done')),
      container('log', ['node']),
      container('migrate', ['node'], { once: true, ...after('db', 'ready') }),
      container('db', ['node'], { ready: { kind: 'tcp', port: 5432 } }),
    ]);
    assert.deepEqual(
      initContainers!.map(({ name, restartPolicy }) => [name, restartPolicy]),
      [
        ['db', 'Always'],
        ['migrate', undefined],
      ],
    );
    assert.deepEqual(initContainers![0]!.startupProbe!.tcpSocket, { port: 5432 });
    assert.ok(initContainers![0]!.readinessProbe);
    assert.ok(!initContainers![1]!.readinessProbe);
    assert.deepEqual(
      containers.map(({ name }) => name),
      ['web', 'log'],
    );
  });

  it('keeps a pod that has nothing but jobs', () => {
    const { initContainers, containers } = podOf([container('job', ['node'], { once: true })]);
    assert.deepEqual([initContainers![0]!.name, containers[0]!.name], ['job', 'hold']);
  });

  it('has no files of two containers under one name', () => {
    const files = [{ path: '/etc/x', from: { content: 'x' } }];
    const of = (group: string, name: string) => node(group, [container(name, ['node'], { files })]);
    assert.equal(only(translate([of('web', 'app'), of('web-app', 'side')]), 'ConfigMap').length, 2);
    assert.throws(() => translate([of('web', 'app-side'), of('web-app', 'side')]), {
      code: 'invalid',
      message: 'two containers of the sandbox need a ConfigMap named web-app-side',
      hint: /another name/,
    });
  });

  it('waits under names that a cluster takes, one for each group', () => {
    const groups = ['a', 'b'].map((end) => `${'x'.repeat(53)}-${end}`);
    const dependsOn = groups.map((name) => ({ name, until: 'ready' as const }));
    const objects = translate(
      [
        ...groups.map((name) =>
          node(name, [container('app', ['node'], { ready: { kind: 'tcp', port: 1 } })]),
        ),
        node('web', [container('app', ['node'], { dependsOn })]),
      ],
      { waits: true, workload: 'Deployment' },
    );
    const web = only<V1Deployment>(objects, 'Deployment').at(-1)!;
    const made = web.spec!.template.spec!.initContainers!.map(({ name }) => name);
    assert.equal(new Set(made).size, 2);
    for (const name of made) assert.match(name, LABEL);
  });

  it('waits for other nodes as far as they can be asked', () => {
    const dependsOn = ['db', 'log', 'front'].map((name) => ({ name, until: 'ready' as const }));
    const objects = translate(
      [
        node('web', [container('app', ['node'], { dependsOn })]),
        node('db', [container('app', ['node'], { ready: { kind: 'http', port: 8080, path: "/it's?a&b" } })]),
        node('log', [container('app', ['node'])]),
        node('front', [container('app', ['node'], { ready: { kind: 'tcp', port: 80 } })]),
      ],
      { waits: true, security: 'restricted' },
    );
    const { initContainers } = only<V1StatefulSet>(objects, 'StatefulSet')[0]!.spec!.template.spec!;
    assert.deepEqual(
      initContainers!.map(({ name, command }) => [name, command!.at(-1)]),
      [
        ['wait-for-db', "until wget -q -T 1 -O /dev/null 'http://db:8080/it'\\''s?a&b'; do sleep 1; done"],
        ['wait-for-front', 'until nc -z -w 1 front 80; do sleep 1; done'],
      ],
    );
    assert.equal(initContainers![0]!.securityContext!.runAsNonRoot, true);
  });
});

describe('who runs a container', () => {
  const context = (security: TranslateOptions['security'], rest: Partial<ContainerSpec> = {}) =>
    podOf([container('app', ['node'], rest)], { security }).containers[0]!.securityContext;
  const limits = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

  it('is whom its image or the sandbox names, where nothing is restricted', () => {
    assert.equal(context('image'), undefined);
    assert.deepEqual(context('image', { user: '7:8' }), { runAsUser: 7, runAsGroup: 8 });
    assert.deepEqual(context('image', { user: 'nobody' }), { runAsUser: 65534 });
  });

  it('is no root where that is asked for, unless the sandbox says root', () => {
    assert.deepEqual(context('restricted'), { runAsNonRoot: true, runAsUser: 1000, ...limits });
    assert.deepEqual(context('restricted', { user: 'www-data' }), {
      runAsNonRoot: true,
      runAsUser: 33,
      ...limits,
    });
    assert.deepEqual(context('restricted', { user: 'root' }), { runAsUser: 0 });
    assert.equal(context('restricted', { rootfs: rootfs({ reference: 'shop:1' }) }), undefined);
  });

  it('is whom OpenShift chooses', () => {
    for (const user of [undefined, 'root', '7']) {
      assert.deepEqual(context('openshift', user === undefined ? {} : { user }), {
        runAsNonRoot: true,
        ...limits,
      });
    }
  });

  it('may open every port', () => {
    for (const security of ['image', 'restricted', 'openshift'] as const) {
      const { securityContext } = podOf([container('app', ['node'])], { security });
      assert.deepEqual(securityContext!.sysctls, [
        { name: 'net.ipv4.ip_unprivileged_port_start', value: '0' },
      ]);
    }
  });
});

function port(name: string, number: number, protocol: 'tcp' | 'udp' = 'tcp') {
  return { name, port: number, protocol, hostPort: number, pinned: false };
}

function rootfs(rest: {
  programs?: readonly string[];
  base?: string;
  reference?: string;
}): ContainerSpec['rootfs'] {
  const { programs = [], ...more } = rest;
  return { name: 'app', programs: programs.map((name) => ({ name })), files: [], ...more };
}
