import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { containerOf, nodeOf, podText, problemsOf, sandboxOf } from '../manifest.fake.ts';

const CONFIG = `
---
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { COLOR: red, SIZE: "4", file.txt: hello }
binaryData: { raw: AAECAw== }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
data: { TOKEN: c2VjcmV0 }
stringData: { USER: me }
`;
const pod = (spec: string) => podText(spec) + CONFIG;

describe('env', () => {
  const made = sandboxOf(
    pod(`
  serviceAccountName: robot
  containers:
    - name: app
      image: registry.example.com/app:1
      envFrom:
        - configMapRef: { name: settings }
        - prefix: K_
          secretRef: { name: keys }
        - configMapRef: { name: none, optional: true }
      env:
        - { name: COLOR, value: blue }
        - { name: BOTH, value: "$(COLOR) $(SIZE) $(LATER) $$(SIZE)" }
        - { name: LATER, value: $(K_USER) }
        - { name: ONE, valueFrom: { configMapKeyRef: { name: settings, key: SIZE } } }
        - { name: TWO, valueFrom: { secretKeyRef: { name: keys, key: TOKEN } } }
        - { name: THREE, valueFrom: { secretKeyRef: { name: keys, key: NONE, optional: true } } }
        - { name: ME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: APP, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
        - { name: NONE, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['x/y']" } } }
        - { name: NS, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        - { name: SA, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
        - { name: EMPTY }
      command: [serve, "--me=$(ME)", "$(UNKNOWN)"]
      args: ["--color=$(COLOR)"]
`),
  );

  it('is made in the order of the kubelet', () => {
    assert.deepEqual(containerOf(made).env, {
      COLOR: 'blue',
      SIZE: '4',
      'file.txt': 'hello',
      K_TOKEN: 'secret',
      K_USER: 'me',
      BOTH: 'blue 4 $(LATER) $(SIZE)',
      LATER: 'me',
      ONE: '4',
      TWO: 'secret',
      ME: '{{replica}}',
      APP: 'web',
      NONE: '',
      NS: 'default',
      SA: 'robot',
      EMPTY: '',
    });
  });

  it('is put into the command', () => {
    const { command } = containerOf(made);
    assert.deepEqual(command, ['serve', '--me={{replica}}', '$(UNKNOWN)', '--color=blue']);
  });

  it('names what is not there', () => {
    const env = (text: string) =>
      problemsOf(pod(`  containers:\n    - { name: app, image: a/b, env: [{ name: X, ${text} }] }`));
    assert.deepEqual(env('valueFrom: { configMapKeyRef: { name: setting, key: SIZE } }'), [
      'm.yaml:6:87: spec.containers[0].env[0].valueFrom.configMapKeyRef.name: no ConfigMap "setting" in the manifests (did you mean "settings"?)',
    ]);
    assert.match(
      env('valueFrom: { secretKeyRef: { name: keys, key: TOKENS } }').join(),
      /m\.yaml:6:\d+: spec\.containers\[0\]\.env\[0\]\.valueFrom\.secretKeyRef\.key: no key "TOKENS" in Secret keys \(did you mean "TOKEN"\?\)$/,
    );
    assert.match(
      env('valueFrom: { fieldRef: { fieldPath: status.hostIP } }').join(),
      /fieldPath: not supported: a lab does not tell status\.hostIP \(there is metadata\.name, /,
    );
    assert.match(
      env('valueFrom: { resourceFieldRef: { resource: limits.cpu } }').join(),
      /valueFrom\.resourceFieldRef: not supported: a lab sets no limits/,
    );
    assert.match(
      env('value: x, valueFrom: { fieldRef: { fieldPath: metadata.name } }').join(),
      /has both value/,
    );
    assert.match(env('value: 5').join(), /env\[0\]\.value: must be text, not 5/);
    assert.match(env('value: yes').join(), /env\[0\]\.value: must be text, not true/);
    assert.match(
      problemsOf(pod('  containers: [{ name: app, image: a/b, envFrom: [{ prefix: x }] }]')).join(),
      /envFrom\[0\]: must have one of configMapRef and secretRef/,
    );
  });
});

describe('volumes', () => {
  const made = sandboxOf(
    pod(`
  initContainers:
    - { name: prepare, image: a/b, volumeMounts: [{ name: both, mountPath: /work }] }
  containers:
    - name: app
      image: a/b
      volumeMounts:
        - { name: config, mountPath: /etc/app }
        - { name: config, mountPath: /etc/one.txt, subPath: file.txt }
        - { name: chosen, mountPath: /etc/chosen }
        - { name: keys, mountPath: /keys, readOnly: true }
        - { name: all, mountPath: /all }
        - { name: own, mountPath: /tmp/own }
        - { name: both, mountPath: /data, readOnly: true }
  volumes:
    - { name: config, configMap: { name: settings } }
    - { name: chosen, configMap: { name: settings, defaultMode: 0400, items: [{ key: COLOR, path: a/b }, { key: raw, path: raw, mode: 0755 }] } }
    - { name: keys, secret: { secretName: keys } }
    - { name: own, emptyDir: { medium: Memory } }
    - { name: both, emptyDir: {} }
    - name: all
      projected:
        sources:
          - { secret: { name: keys, items: [{ key: USER, path: who }] } }
          - { configMap: { name: settings, items: [{ key: SIZE, path: size }] } }
          - { downwardAPI: { items: [{ path: labels, fieldRef: { fieldPath: metadata.labels } }] } }
`),
  );
  const inFolder = new Map(made.files.map((file) => [file.path.replace(/-[0-9a-f]{8}\//, '-*/'), file]));
  const mode = (path: string) => inFolder.get(path)?.mode.toString(8);

  it('become files of the folder with their modes', () => {
    assert.deepEqual(
      [...inFolder.keys()],
      [
        ...['COLOR', 'SIZE', 'file.txt', 'raw'].map((key) => `files/web/config-*/${key}`),
        'files/web/chosen-*/a/b',
        'files/web/chosen-*/raw',
        'files/web/keys-*/TOKEN',
        'files/web/keys-*/USER',
        'files/web/all-*/who',
        'files/web/all-*/size',
        'files/web/all-*/labels',
      ],
    );
    assert.deepEqual(inFolder.get('files/web/chosen-*/raw')?.content, Buffer.from([0, 1, 2, 3]));
    assert.equal(inFolder.get('files/web/all-*/labels')?.content.toString(), 'app="web"');
    assert.deepEqual(
      ['config-*/SIZE', 'chosen-*/a/b', 'chosen-*/raw', 'keys-*/TOKEN', 'all-*/who', 'all-*/size'].map(
        (path) => mode(`files/web/${path}`),
      ),
      ['644', '400', '755', '644', '644', '644'],
    );
  });

  it('are mounted where the container has them', () => {
    const { files, volumes } = containerOf(made) as Record<string, Record<string, string>>;
    assert.deepEqual(
      Object.entries(files!).map(([host, inside]) => [host.replace(/-[0-9a-f]{8}/, '-*'), inside]),
      [
        ['files/web/config-*', '/etc/app'],
        ['files/web/config-*/file.txt', '/etc/one.txt'],
        ['files/web/chosen-*', '/etc/chosen'],
        ['files/web/keys-*', '/keys'],
        ['files/web/all-*', '/all'],
        ['empty/web/own', '/tmp/own'],
      ],
    );
    assert.deepEqual(volumes, { 'volumes/web/both': '/data:ro' });
    assert.deepEqual(containerOf(made, 'prepare').volumes, { 'volumes/web/both': '/work' });
    assert.ok(['empty/web/own', 'volumes/web/both'].every((path) => made.directories.includes(path)));
  });

  it('have names that change with their content', () => {
    const folder = (text: string) =>
      sandboxOf(
        `${podText(
          '  containers: [{ name: app, image: a/b, volumeMounts: [{ name: v, mountPath: /v }] }]\n  volumes: [{ name: v, configMap: { name: c } }]',
        )}---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { key: ${text} } }\n`,
      ).files[0]!.path;
    assert.equal(folder('one'), folder('one'));
    assert.notEqual(folder('one'), folder('two'));
  });

  it('are refused where they lead out, or to nothing', () => {
    const wrong = (mount: string, volume: string) =>
      problemsOf(
        pod(
          `  containers: [{ name: app, image: a/b, volumeMounts: [{ ${mount} }] }]\n  volumes: [{ name: v, ${volume} }]`,
        ),
      ).join('\n');
    const config = 'configMap: { name: settings }';
    assert.match(
      wrong('name: w, mountPath: /x', config),
      /volumeMounts\[0\]\.name: the pod has no volume "w"/,
    );
    assert.match(wrong('name: v, mountPath: x', config), /mountPath: must be an absolute path/);
    assert.match(
      wrong('name: v, mountPath: /x, subPath: ../y', config),
      /subPath: must be a path within the volume/,
    );
    assert.match(wrong('name: v, mountPath: /x, subPath: none', config), /subPath: volume v has no "none"/);
    assert.match(
      wrong('name: v, mountPath: /x', 'configMap: { name: settings, items: [{ key: SIZE, path: ../../x }] }'),
      /items\[0\]\.path: must be a path within the volume/,
    );
    assert.match(
      wrong('name: v, mountPath: /x', 'secret: { secretName: none }'),
      /volumes\[0\]\.secret\.secretName: no Secret "none"/,
    );
    assert.match(
      wrong('name: v, mountPath: /x', 'persistentVolumeClaim: { claimName: c }'),
      /^m\.yaml:6:24: spec\.volumes\[0\]\.persistentVolumeClaim: not supported: a lab has emptyDir, configMap/,
    );
    assert.match(
      wrong('name: v, mountPath: /x', `emptyDir: {}, ${config}`),
      /volumes\[0\]: must be of one kind/,
    );
    assert.match(
      wrong(
        'name: v, mountPath: /x',
        'downwardAPI: { items: [{ path: p, fieldRef: { fieldPath: metadata.name } }] }',
      ),
      /fieldPath: not supported: a file cannot tell metadata\.name/,
    );
  });
});

describe('probes', () => {
  const ready = (probes: string) =>
    containerOf(
      sandboxOf(
        podText(
          `  containers: [{ name: app, image: a/b, ports: [{ name: http, containerPort: 8080 }, { containerPort: 9 }], ${probes} }]`,
        ),
      ),
    ).ready;

  it('say when a container is ready', () => {
    assert.deepEqual(ready('readinessProbe: { httpGet: { port: http, path: /ready }, periodSeconds: 3 }'), {
      http: { port: 8080, path: '/ready' },
    });
    assert.deepEqual(ready('livenessProbe: { httpGet: { port: 81, path: x } }'), {
      http: { port: 81, path: '/x' },
    });
    assert.deepEqual(
      ready('startupProbe: { tcpSocket: { port: 9 } }, livenessProbe: { exec: { command: [not] } }'),
      {
        tcp: 9,
      },
    );
    assert.deepEqual(ready('readinessProbe: { exec: { command: [test, -f, /x y] } }'), {
      exec: ['test', '-f', '/x y'],
    });
    const env =
      'env: [{ name: A, value: $(B)a }, { name: F, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]';
    assert.deepEqual(ready(`${env}, readinessProbe: { exec: { command: ["$(A)|$(F)|$(NONE)|$$(A)|$$"] } }`), {
      exec: ['$(B)a||$(NONE)|$(A)|$'],
    });
    assert.deepEqual(ready('readinessProbe: { httpGet: { port: http, scheme: HTTPS } }'), { tcp: 8080 });
    assert.equal(ready('workingDir: /'), undefined);
  });

  it('are refused where they cannot be asked', () => {
    const wrong = (probe: string) =>
      problemsOf(podText(`  containers: [{ name: app, image: a/b, readinessProbe: ${probe} }]`)).join('\n');
    assert.match(
      wrong('{ httpGet: { port: web } }'),
      /readinessProbe\.httpGet\.port: no port of the container is called "web"/,
    );
    assert.match(wrong('{ grpc: { port: 5 } }'), /readinessProbe\.grpc: not supported: probes are/);
    assert.match(
      wrong('{ httpGet: { port: 5, host: x } }'),
      /httpGet\.host: not supported: a probe asks the pod itself/,
    );
    assert.match(
      wrong('{ httpGet: { port: 5, httpHeaders: [{ name: a, value: b }] } }'),
      /httpHeaders: not supported/,
    );
    assert.match(
      wrong('{ tcpSocket: { port: 5 }, exec: { command: [x] } }'),
      /must have one of httpGet, tcpSocket/,
    );
    assert.match(wrong('{ httpGet: { prot: 5 } }'), /httpGet\.prot: unknown key \(did you mean "port"\?\)/);
  });
});

describe('containers', () => {
  it('wait for init containers, one after the other; sidecars among them stay', () => {
    const made = sandboxOf(
      podText(`
  initContainers:
    - { name: first, image: a/b, command: [one] }
    - { name: proxy, image: a/b, restartPolicy: Always }
    - { name: second, image: a/b }
  containers:
    - { name: app, image: a/b }
`),
    );
    const containers = nodeOf(made).containers as Record<string, { once?: boolean; depends_on?: object }>;
    assert.deepEqual(
      Object.entries(containers).map(([name, { once, depends_on }]) => [name, once, depends_on]),
      [
        ['first', true, undefined],
        ['proxy', undefined, { first: 'done' }],
        ['second', true, { first: 'done', proxy: 'ready' }],
        ['app', undefined, { first: 'done', proxy: 'ready', second: 'done' }],
      ],
    );
  });

  it('have an image of a registry, and its arguments', () => {
    const made = sandboxOf(
      podText('  containers: [{ name: app, image: nginx, args: [-v], workingDir: /srv }]'),
    );
    assert.deepEqual(JSON.parse(JSON.stringify(containerOf(made))), {
      image: 'docker.io/library/nginx:latest',
      args: ['-v'],
      workdir: '/srv',
    });
  });

  it('have one of ours where a rule puts it, of the command line or an annotation', () => {
    const text = podText('  containers: [{ name: app, image: quay.io/x/y, command: [a], args: [b] }]');
    const given = new Map([['quay.io/x/y:latest', 'http-app']]);
    const made = sandboxOf(text, { images: given });
    assert.deepEqual(made.sandbox.images, { 'quay.io/x/y:latest': 'http-app' });
    assert.deepEqual(containerOf(made).command, ['a', 'b']);
    const annotated = text.replace(
      'labels:',
      'annotations: { io.envoy-lab/images: "quay.io/x/y=hello" }, labels:',
    );
    assert.deepEqual(sandboxOf(annotated).sandbox.images, { 'quay.io/x/y:latest': 'hello' });
    assert.deepEqual(sandboxOf(annotated, { images: given }).sandbox.images, {
      'quay.io/x/y:latest': 'http-app',
    });
    assert.match(
      problemsOf(text.replace('labels:', 'annotations: { io.envoy-lab/images: "x" }, labels:')).join(),
      /m\.yaml:3:\d+: metadata\.annotations\["io\.envoy-lab\/images"\]: "x" is not IMAGE-OF-A-REGISTRY=IMAGE/,
    );
    assert.match(
      problemsOf(podText('  containers: [{ name: app, image: quay.io/x/y, args: [b] }]'), {
        images: given,
      }).join(),
      /containers\[0\]\.args: cannot be given to an image of envoy-lab/,
    );
    assert.match(
      problemsOf(podText('  containers: [{ name: app, image: "A b" }]')).join(),
      /"A b" is not the name of an image/,
    );
  });

  it('publish the ports that they open on their host, and know hosts', () => {
    const made = sandboxOf(
      podText(`
  hostAliases: [{ ip: 10.0.0.1, hostnames: [one.example.com, two] }, { ip: 10.0.0.2, hostnames: [two] }]
  containers:
    - { name: app, image: a/b, ports: [{ name: http, containerPort: 8080, hostPort: 80 }, { containerPort: 53, hostPort: 53, protocol: UDP }, { containerPort: 9 }] }
`),
    );
    assert.deepEqual(nodeOf(made).publish, { http: 8080, 'port-53': '53/udp' });
    assert.deepEqual(nodeOf(made).hosts, { 'one.example.com': '10.0.0.1', two: '10.0.0.1' });
    assert.match(
      problemsOf(podText('  hostAliases: [{ ip: x }]\n  containers: [{ name: app, image: a/b }]')).join(),
      /spec\.hostAliases\[0\]\.ip: must be an IP address/,
    );
  });

  it('are told apart by their names', () => {
    const twice = '[{ name: app, image: a/b }, { name: app, image: a/b }]';
    assert.match(
      problemsOf(podText(`  containers: ${twice}`)).join(),
      /containers\[1\]\.name: there is a container/,
    );
    assert.match(
      problemsOf(podText('  containers: [{ name: app, image: a/b, restartPolicy: Always }]')).join(),
      /restartPolicy: is for initContainers/,
    );
  });
});

describe('Envoy', () => {
  const envoy = (container: string, options = {}) =>
    podText(`
  containers: [{ name: app, ${container} }]
  volumes: [{ name: config, configMap: { name: envoy } }]`) +
    '---\n{ apiVersion: v1, kind: ConfigMap, metadata: { name: envoy }, data: { envoy.yaml: "{}", other.yaml: "{}" } }\n' +
    JSON.stringify(options).slice(2);
  const mount = 'volumeMounts: [{ name: config, mountPath: /etc/envoy }]';
  const run = (container: string, images: readonly [string, string][] = []) => {
    const {
      envoy: config,
      args,
      image,
    } = containerOf(sandboxOf(envoy(container), { images: new Map(images) }));
    return [(config as string | undefined)?.replace(/-[0-9a-f]{8}/, '-*') ?? image, args];
  };

  it('is run by an engine, with the config that its words name', () => {
    const own = 'files/web/config-*/envoy.yaml';
    const other = 'files/web/config-*/other.yaml';
    const image = 'image: "envoyproxy/envoy:v1.31-latest"';
    assert.deepEqual(run(`${image}, ${mount}`), [own, undefined]);
    assert.deepEqual(run(`${image}, ${mount}, args: [-c, /etc/envoy/other.yaml]`), [other, undefined]);
    assert.deepEqual(
      run(
        `${image}, ${mount}, command: [/usr/local/bin/envoy], args: [--config-path=/etc/envoy/other.yaml, -l, debug]`,
      ),
      [other, ['-l', 'debug']],
    );
    assert.deepEqual(
      run(
        `image: "registry.example.com:5000/envoyproxy/envoy-distroless@sha256:${'a'.repeat(64)}", ${mount}`,
      ),
      [own, undefined],
    );
    assert.deepEqual(run(`image: "quay.io/x/proxy:1", ${mount}`, [['quay.io/x/proxy:1', 'envoy']]), [
      own,
      undefined,
    ]);
    assert.deepEqual(run(`image: "quay.io/x/envoy:1", ${mount}`), ['quay.io/x/envoy:1', undefined]);
    assert.deepEqual(run(`${image}, args: [--config-yaml, "admin: {}"]`), [
      'files/web/app-*/envoy.yaml',
      undefined,
    ]);
  });

  it('is asked by its engine whether it is ready, when the probe asks the admin', () => {
    const ready = (probe: string) =>
      containerOf(sandboxOf(envoy(`image: envoyproxy/envoy, ${mount}, readinessProbe: ${probe}`))).ready;
    assert.equal(ready('{ httpGet: { port: 8081, path: /ready } }'), undefined);
    assert.equal(ready('{ exec: { command: [bash, -c, "curl localhost:1/ready"] } }'), undefined);
    assert.deepEqual(ready('{ httpGet: { port: 80 } }'), { http: { port: 80, path: '/' } });
  });

  it('is what export writes for our own data plane', () => {
    const words = 'command: [node, /usr/local/lib/envoy-lab/start.mjs, -c, /etc/envoy/other.yaml, -l, debug]';
    assert.deepEqual(run(`image: "docker.io/library/node:20-slim", ${mount}, ${words}`), [
      'files/web/config-*/other.yaml',
      ['-l', 'debug'],
    ]);
  });

  it('keeps its own words, and the place of its config', () => {
    const image = 'image: envoyproxy/envoy';
    assert.deepEqual(
      run(`${image}, ${mount}, args: [-c, /etc/envoy/envoy.yaml, --config-yaml, "a: 1", -l, info]`)[1],
      ['--config-yaml', 'a: 1', '-l', 'info'],
    );
    const filesOf = (args: string) =>
      Object.values(containerOf(sandboxOf(envoy(`${image}, ${mount}, args: [-c, ${args}]`))).files as object);
    assert.deepEqual(filesOf('/etc/envoy/envoy.yaml'), ['/etc/envoy']);
    assert.deepEqual(filesOf('/etc/envoy/other.yaml'), ['/etc/envoy/other.yaml']);
  });

  it('is refused where no config is found', () => {
    const wrong = (container: string) =>
      problemsOf(envoy(`image: envoyproxy/envoy, ${container}`)).join('\n');
    assert.match(
      wrong('command: [sh, -c, envoy]'),
      /containers\[0\]\.command: must start envoy itself, not sh/,
    );
    assert.match(
      wrong('args: [-c, /no.yaml]'),
      /args: the config of Envoy, \/no\.yaml, is in no volume that is mounted/,
    );
    assert.match(
      wrong('tty: false'),
      /containers\[0\]: the config of Envoy, \/etc\/envoy\/envoy\.yaml, is in no volume/,
    );
  });
});
