import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readDocument } from '../document/document.ts';
import { resolveSandbox } from './resolve.ts';
import type { Sandbox } from './sandbox.ts';

const read = (text: string): Sandbox =>
  resolveSandbox(readDocument(text, 's.yaml'), {
    file: '/s/sandbox.yaml',
    folder: '/s/box',
    images: ['hello'],
    engines: ['ts', 'envoy'],
    look: (path) => (path.endsWith('.yaml') ? 'file' : 'directory'),
  });
const checkOf = (text: string) =>
  read(`nodes: { web: { image: hello, replicas: 2 }, proxy: { envoy: e.yaml } }\nchecks:\n${text}`)
    .checks[0]!;

describe('nodes', () => {
  it('in the shortest form', () => {
    const sandbox = read(
      'nodes:\n  proxy: { envoy: e.yaml }\n  web: { image: hello }\n  sh: { command: sleep 1 }',
    );
    assert.equal(sandbox.name, 'box');
    assert.deepEqual(sandbox.networks, ['default']);
    const [proxy, web, sh] = sandbox.nodes;
    assert.deepEqual(proxy, {
      name: 'proxy',
      at: { file: 's.yaml', line: 2, column: 3 },
      replicas: 1,
      publish: [],
      networks: ['default'],
      aliases: [],
      containers: [
        {
          name: 'envoy',
          at: { file: 's.yaml', line: 2, column: 3 },
          program: { kind: 'envoy', config: '/s/box/e.yaml', engine: undefined, args: [] },
          env: {},
          files: [],
          volumes: [],
          user: undefined,
          workdir: undefined,
          ready: undefined,
          dependsOn: [],
          once: false,
        },
      ],
    });
    assert.deepEqual(web!.containers[0]!.program, { kind: 'app', image: 'hello', command: undefined });
    assert.equal(web!.containers[0]!.name, 'app');
    assert.deepEqual(sh!.containers[0]!.program, { kind: 'app', image: undefined, command: ['sleep', '1'] });
  });

  it('with everything said', () => {
    const sandbox = read(`
name: full
summary: All of it.
networks: { front: , back: {}, unused: }
nodes:
  web:
    replicas: 3
    networks: [back, front]
    aliases: [www.example.com]
    publish: { http: 80, dns: 53/udp }
    containers:
      app:
        image: hello
        command: [node, -e, 1, true]
        env: { A: 1, B: true, C: x }
        files: { a.yaml: /etc/a.yaml, site: /srv/site/ }
        volumes: { ./data: "/data:ro", /abs: /abs }
        user: 1000
        workdir: /srv
        ready: { http: 8080/healthz }
        depends_on: { init: done, db: ready }
      init: { command: "sh -c 'echo \\"a b\\"'", once: true }
      sidecar: { envoy: e.yaml, engine: envoy, args: [-l, debug, --concurrency, 2] }
  db:
    image: hello
    publish: [5432, 53/udp]
    volumes: ["data:/var/data", "./x:/x:ro"]
    depends_on: []
`);
    const [web, db] = sandbox.nodes;
    assert.deepEqual(sandbox.networks, ['front', 'back', 'default']);
    assert.deepEqual(
      [web!.replicas, web!.networks, web!.aliases],
      [3, ['back', 'front'], ['www.example.com']],
    );
    assert.deepEqual(web!.publish, [
      { name: 'http', port: 80, protocol: 'tcp' },
      { name: 'dns', port: 53, protocol: 'udp' },
    ]);
    const [app, init, sidecar] = web!.containers;
    assert.deepEqual(app, {
      name: 'app',
      at: { file: 's.yaml', line: 12, column: 7 },
      program: { kind: 'app', image: 'hello', command: ['node', '-e', '1', 'true'] },
      env: { A: '1', B: 'true', C: 'x' },
      files: [
        { hostPath: '/s/box/a.yaml', path: '/etc/a.yaml' },
        { hostPath: '/s/box/site', path: '/srv/site' },
      ],
      volumes: [
        { hostPath: '/s/box/data', path: '/data', readOnly: true },
        { hostPath: '/abs', path: '/abs', readOnly: false },
      ],
      user: '1000',
      workdir: '/srv',
      ready: { kind: 'http', port: 8080, path: '/healthz' },
      dependsOn: [
        { name: 'init', until: 'done' },
        { name: 'db', until: 'ready' },
      ],
      once: false,
    });
    assert.deepEqual(init!.program, { kind: 'app', image: undefined, command: ['sh', '-c', 'echo "a b"'] });
    assert.equal(init!.once, true);
    assert.deepEqual(sidecar!.program, {
      kind: 'envoy',
      config: '/s/box/e.yaml',
      engine: 'envoy',
      args: ['-l', 'debug', '--concurrency', '2'],
    });
    assert.deepEqual(db!.publish, [
      { name: '5432', port: 5432, protocol: 'tcp' },
      { name: '53/udp', port: 53, protocol: 'udp' },
    ]);
    assert.deepEqual(db!.containers[0]!.volumes, [
      { hostPath: '/s/box/data', path: '/var/data', readOnly: false },
      { hostPath: '/s/box/x', path: '/x', readOnly: true },
    ]);
  });

  it('are ready in many ways', () => {
    const ready = (text: string) =>
      read(`nodes: { a: { command: x, ready: ${text} } }`).nodes[0]!.containers[0]!.ready;
    assert.deepEqual(ready('started'), { kind: 'started' });
    assert.deepEqual(ready('{ http: 80 }'), { kind: 'http', port: 80, path: '/' });
    assert.deepEqual(ready('{ http: ":80/x?y" }'), { kind: 'http', port: 80, path: '/x?y' });
    assert.deepEqual(ready('{ http: { port: 80, path: /x, status: 204 } }'), {
      kind: 'http',
      port: 80,
      path: '/x',
      status: 204,
    });
    assert.deepEqual(ready('{ tcp: 80 }'), { kind: 'tcp', port: 80 });
    assert.deepEqual(ready('{ exec: "test -f /x" }'), { kind: 'exec', argv: ['test', '-f', '/x'] });
    assert.deepEqual(ready('{ log: "up (1.0)" }'), { kind: 'log', pattern: 'up \\(1\\.0\\)' });
    assert.deepEqual(ready('{ log: /up \\d+/ }'), { kind: 'log', pattern: 'up \\d+' });
  });

  it('know other names', () => {
    const sandbox = read(
      'nodes:\n  a: { image: hello, hosts: { db.example.com: 192.0.2.7, six: "2001:db8::1" } }\n  b: { image: hello, hosts: {} }',
    );
    const [a, b] = sandbox.nodes;
    assert.deepEqual(a!.hosts, { 'db.example.com': '192.0.2.7', six: '2001:db8::1' });
    assert.ok(!('hosts' in b!));
  });

  it('run images of registries, or what a rule puts in their place', () => {
    const { nodes } = read(`
images: { nginx: hello, quay.io/team/shop:1: hello }
nodes:
  a: { image: quay.io/team/shop:2, args: [--port, 80] }
  b: { image: team/shop, command: serve }
  c: { image: docker.io/library/nginx:latest }
  d: { image: quay.io/team/shop:1, args: [x] }`);
    assert.deepEqual(
      nodes.map(({ containers }) => containers[0]!.program),
      [
        {
          kind: 'app',
          image: undefined,
          reference: 'quay.io/team/shop:2',
          command: undefined,
          args: ['--port', '80'],
        },
        { kind: 'app', image: undefined, reference: 'team/shop', command: ['serve'] },
        { kind: 'app', image: 'hello', reference: 'docker.io/library/nginx:latest', command: undefined },
        { kind: 'app', image: 'hello', reference: 'quay.io/team/shop:1', command: undefined, args: ['x'] },
      ],
    );
  });

  it('may be a merge of anchors', () => {
    const sandbox = read('nodes:\n  a: &a { image: hello, env: { X: 1 } }\n  b: *a');
    assert.deepEqual(sandbox.nodes[1]!.containers[0]!.env, { X: '1' });
  });
});

it('certificates', () => {
  const { certs } = read(`
nodes: { web: { image: hello } }
certs:
  web: { names: [web, "*.example.com", ::1], mount: { web: /certs/ } }
  trust: { ca: other, days: -1, mount: { web/app: /trust } }
`);
  assert.deepEqual(certs, [
    {
      name: 'web',
      at: { file: 's.yaml', line: 4, column: 3 },
      names: ['web', '*.example.com', '::1'],
      ca: 'ca',
      days: 365,
      mounts: [{ node: 'web', container: undefined, directory: '/certs' }],
    },
    {
      name: 'trust',
      at: { file: 's.yaml', line: 5, column: 3 },
      names: [],
      ca: 'other',
      days: -1,
      mounts: [{ node: 'web', container: 'app', directory: '/trust' }],
    },
  ]);
});

describe('services', () => {
  it('in every form', () => {
    const { services } = read(`
networks: [back]
nodes:
  pod: { image: hello, replicas: 2, networks: [back] }
services:
  web:
    nodes: pod
    ports: { http: 80, app: 81:8080, admin: { port: 82, target: 8081 }, other: { port: 83 } }
    publish: { http: 80 }
    aliases: [web.example.com]
  plain: { nodes: pod, ports: [80, 81:8080/tcp] }
`);
    assert.deepEqual(services, [
      {
        name: 'web',
        at: { file: 's.yaml', line: 6, column: 3 },
        nodes: 'pod',
        ports: [
          { name: 'http', port: 80, target: 80 },
          { name: 'app', port: 81, target: 8080 },
          { name: 'admin', port: 82, target: 8081 },
          { name: 'other', port: 83, target: 83 },
        ],
        publish: [{ name: 'http', port: 80, protocol: 'tcp' }],
        aliases: ['web.example.com'],
        networks: ['back'],
      },
      {
        name: 'plain',
        at: { file: 's.yaml', line: 11, column: 3 },
        nodes: 'pod',
        ports: [
          { name: '80', port: 80, target: 80 },
          { name: '81', port: 81, target: 8080 },
        ],
        publish: [],
        aliases: [],
        networks: ['back'],
      },
    ]);
  });

  it('may be depended on and waited for', () => {
    const { nodes, checks } = read(`
nodes:
  pod: { image: hello }
  client: { image: hello, depends_on: { web: ready } }
services: { web: { nodes: pod, ports: [80] } }
checks: [{ name: c, wait: { ready: web } }]
`);
    assert.deepEqual(nodes[1]!.containers[0]!.dependsOn, [{ name: 'web', until: 'ready' }]);
    assert.deepEqual(checks[0]!.steps[0]!.action, { kind: 'ready', nodes: ['web'] });
  });
});

describe('checks', () => {
  it('of one step', () => {
    const check = checkOf(`  - name: c
    curl: "-H 'a: b' http://web/"
    from: web-2
    repeat: 3
    parallel: 2
    eventually: 1.5s`);
    assert.equal(check.name, 'c');
    assert.equal(check.steps.length, 1);
    const { action, repeat, parallel, eventuallyMs } = check.steps[0]!;
    assert.deepEqual(action, { kind: 'curl', words: ['-H', 'a: b', 'http://web/'], from: 'web-2' });
    assert.deepEqual([repeat, parallel, eventuallyMs], [3, 2, 1500]);
  });

  it('of every action', () => {
    const { steps } = checkOf(`  - name: c
    steps:
      - curl: [-v, "http://web/?a=b&c=d"]
      - exec: web echo hi
      - exec: { node: web-1, container: app, command: [echo, 1] }
      - scale: { web: 3, proxy: 2 }
      - stop: web
      - start: [web, proxy]
      - kill: web
      - kill: { node: [web, proxy], signal: SIGTERM }
      - wait: 250ms
      - wait: { ready: [web] }`);
    assert.deepEqual(
      steps.map(({ action }) => action),
      [
        { kind: 'curl', words: ['-v', 'http://web/?a=b&c=d'], from: undefined },
        { kind: 'exec', node: 'web', container: undefined, argv: ['echo', 'hi'] },
        { kind: 'exec', node: 'web-1', container: 'app', argv: ['echo', '1'] },
        { kind: 'scale', replicas: { web: 3, proxy: 2 } },
        { kind: 'stop', nodes: ['web'] },
        { kind: 'start', nodes: ['web', 'proxy'] },
        { kind: 'kill', nodes: ['web'], container: undefined, signal: 'SIGKILL' },
        { kind: 'kill', nodes: ['web', 'proxy'], container: undefined, signal: 'SIGTERM' },
        { kind: 'pause', ms: 250 },
        { kind: 'ready', nodes: ['web'] },
      ],
    );
  });

  it('expect all there is', () => {
    const { expect } = checkOf(`  - name: c
    curl: http://web/
    expect:
      status: [200, 4xx]
      headers: { Server: envoy, x-a: /^\\d+$/i, x-b: null, x-c: 5 }
      body: [hello, /wor.d/s]
      json: { "items[0].a-b": 1, "$": { a: [1] }, '["x y"]': /z/, gone: null }
      time: 1s
      exit_code: 0
      stderr: TLS
      stat:
        - { node: proxy, name: a.b, value: ">= 3" }
        - { node: web-2, container: app, name: c, increase: 1 }
      log: { node: proxy, line: GET, count: "< 2" }
      spread: { by: /host (\\S+)/, distinct: 3, each: 10, tolerance: 2 }`).steps[0]!;
    assert.deepEqual(expect, {
      status: [
        { from: 200, to: 200 },
        { from: 400, to: 499 },
      ],
      headers: [
        { name: 'server', match: { kind: 'equals', text: 'envoy' } },
        { name: 'x-a', match: { kind: 'regex', source: '^\\d+$', flags: 'i' } },
        { name: 'x-b', match: null },
        { name: 'x-c', match: { kind: 'equals', text: '5' } },
      ],
      body: [
        { kind: 'contains', text: 'hello' },
        { kind: 'regex', source: 'wor.d', flags: 's' },
      ],
      json: [
        { path: ['items', 0, 'a-b'], text: 'items[0].a-b', value: { kind: 'equals', data: 1 } },
        { path: [], text: '$', value: { kind: 'equals', data: { a: [1] } } },
        { path: ['x y'], text: '["x y"]', value: { kind: 'regex', source: 'z', flags: '' } },
        { path: ['gone'], text: 'gone', value: null },
      ],
      timeMs: 1000,
      exitCode: 0,
      stdout: [],
      stderr: [{ kind: 'contains', text: 'TLS' }],
      stats: [
        { node: 'proxy', container: undefined, name: 'a.b', mode: 'value', match: { op: '>=', value: 3 } },
        { node: 'web-2', container: 'app', name: 'c', mode: 'increase', match: { op: '==', value: 1 } },
      ],
      logs: [
        {
          node: 'proxy',
          container: undefined,
          line: { kind: 'contains', text: 'GET' },
          count: { op: '<', value: 2 },
        },
      ],
      spread: {
        by: { kind: 'regex', source: 'host (\\S+)', flags: '' },
        distinct: { op: '==', value: 3 },
        each: 10,
        tolerance: 2,
      },
    });
  });

  it('spread by a header or JSON', () => {
    const by = (text: string) =>
      checkOf(`  - { name: c, curl: http://web/, expect: { spread: { by: ${text} } } }`).steps[0]!.expect
        .spread!.by;
    assert.deepEqual(by('{ header: X-Host }'), { kind: 'header', name: 'x-host' });
    assert.deepEqual(by('{ json: a.b }'), { kind: 'json', path: ['a', 'b'], text: 'a.b' });
  });
});
