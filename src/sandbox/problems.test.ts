import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocument } from '../document/document.ts';
import { DocumentError, formatProblem } from '../document/problem.ts';
import { resolveSandbox } from './resolve.ts';

const surroundings = {
  file: '/s/sandbox.yaml',
  folder: '/s',
  images: ['hello', 'website'],
  engines: ['ts', 'envoy'],
  look: (path: string) =>
    (path.endsWith('.yaml') ? 'file' : path === '/s/site' ? 'directory' : undefined) as 'file',
};

/** A file, and every problem as it is printed. */
const cases: Readonly<Record<string, readonly [text: string, problems: readonly string[]]>> = {
  'an empty file': ['', ['s.yaml:1:1: must be a map, not empty']],
  'a list': ['- a', ['s.yaml:1:1: must be a map, not a list']],
  'no nodes': ['name: a', ['s.yaml:1:1: "nodes" is missing']],
  'nodes that are empty': ['name: a\nnodes: {}', ['s.yaml:2:8: nodes: must not be empty']],
  'a node that is empty': ['name: a\nnodes:\n  web:', ['s.yaml:3:7: nodes.web: must be a map, not empty']],
  'a node with nothing to run': [
    'name: a\nnodes:\n  web: {}',
    ['s.yaml:3:3: nodes.web: needs one of envoy, image and command'],
  ],
  'unknown keys on every level': [
    `name: a
sumary: x
nodes:
  web:
    imag: hello
    containers:
      app: { image: hello, enviroment: { A: b } }
checks:
  - name: c
    curl: http://web/
    expect: { stauts: 200 }`,
    [
      's.yaml:2:1: sumary: unknown key (did you mean "summary"?)',
      's.yaml:5:5: nodes.web.imag: unknown key (did you mean "image"?)',
      's.yaml:7:28: nodes.web.containers.app.enviroment: unknown key (did you mean "env"?)',
      's.yaml:11:15: checks[0].expect.stauts: unknown key (did you mean "status"?)',
    ],
  ],
  'services that lead nowhere, or to what is not a node': [
    `name: a
nodes: { pod: { image: hello } }
services:
  a: { nodes: pood, ports: { http: 80 } }
  b: { nodes: pod-1, ports: { http: 80 } }
  c: { nodes: a, ports: { http: 80 } }
  d: { ports: { http: 80 } }
  e: { nodes: pod }
  f: { node: pod, nodes: pod, ports: {} }`,
    [
      's.yaml:4:15: services.a.nodes: no node "pood" (did you mean "pod"?)',
      's.yaml:5:15: services.b.nodes: "pod-1" is one replica of pod; a service leads to all of a node',
      's.yaml:6:15: services.c.nodes: "a" is a service; it leads to a node',
      's.yaml:7:3: services.d: "nodes" is missing',
      's.yaml:8:3: services.e: "ports" is missing',
      's.yaml:9:8: services.f.node: unknown key (did you mean "nodes"?)',
      's.yaml:9:38: services.f.ports: must not be empty',
    ],
  ],
  'ports that a service cannot have': [
    `name: a
nodes: { pod: { image: hello } }
services:
  a: { nodes: pod, ports: { a: 0, b: 80:90000, c: 53/udp, d: "80:http", e: { port: 1, targt: 2 } } }
  b: { nodes: pod, ports: {} }
  c: { nodes: pod, ports: { a: 80, b: 80:8080 }, publish: { a: 80, b: 81, c: 80/udp, d: 80 } }
  d: { nodes: pod, ports: [80, 80:8080], publish: [80, 80] }`,
    [
      's.yaml:4:32: services.a.ports.a: must be at least 1, not 0',
      's.yaml:4:38: services.a.ports.b: must be at most 65535',
      's.yaml:4:51: services.a.ports.c: a service carries TCP only',
      's.yaml:4:62: services.a.ports.d: must be a port such as 80, port:target such as 80:8080, or a map of port and target',
      's.yaml:4:87: services.a.ports.e.targt: unknown key (did you mean "target"?)',
      's.yaml:5:27: services.b.ports: must not be empty',
      "s.yaml:6:39: services.c.ports.b: port 80 is another's already",
      's.yaml:6:71: services.c.publish.b: the service has no port 81 (its ports: 80)',
      's.yaml:6:78: services.c.publish.c: port 80 is published already',
      's.yaml:6:78: services.c.publish.c: a service carries TCP only',
      's.yaml:6:89: services.c.publish.d: port 80 is published already',
      "s.yaml:7:32: services.d.ports[1]: port 80 is another's already",
      's.yaml:7:56: services.d.publish[1]: port 80 is published already',
    ],
  ],
  'names of services that are taken': [
    `name: a
nodes:
  pod: { image: hello, aliases: [web, web-1] }
  api: { image: hello, aliases: [api.example.com] }
  db-1: { image: hello }
services:
  api: { nodes: pod, ports: [80] }
  pod-2: { nodes: pod, ports: [80] }
  localhost: { nodes: pod, ports: [80] }
  web: { nodes: pod, ports: [80], aliases: [api, api.example.com, web, db, www.example.com] }
  web-1: { nodes: pod, ports: [80] }
  db: { nodes: pod, ports: [80] }
  ${'x'.repeat(62)}: { nodes: pod, ports: [80] }`,
    [
      's.yaml:3:34: nodes.pod.aliases[0]: "web" is the name of service web',
      's.yaml:3:39: nodes.pod.aliases[1]: "web-1" is the name of service web',
      's.yaml:7:3: services.api: is the name of a node',
      's.yaml:8:3: services.pod-2: is what a replica of pod is called',
      's.yaml:9:3: services.localhost: every node is localhost to itself',
      's.yaml:10:45: services.web.aliases[0]: "api" leads to node api already',
      's.yaml:10:50: services.web.aliases[1]: "api.example.com" leads to node api already',
      's.yaml:10:67: services.web.aliases[2]: "web" leads to it already',
      's.yaml:10:72: services.web.aliases[3]: "db" leads to service db already',
      's.yaml:11:3: services.web-1: is what service web is called too',
      's.yaml:12:3: services.db: is called db-1 too, which is the name of a node',
      `s.yaml:13:3: services.${'x'.repeat(62)}: is too long: with -1 it must fit in 63 characters`,
    ],
  ],
  'services where only a node can stand': [
    `name: a
nodes:
  pod: { image: hello, depends_on: [web] }
  job: { image: hello, depends_on: { web: done } }
  late: { image: hello, depends_on: { web: ready } }
services:
  web: { nodes: pod, ports: [80] }
certs: { a: { mount: { web: /certs } } }
checks:
  - name: c
    steps:
      - { curl: http://web/, from: web }
      - exec: web hostname
      - scale: { web: 2 }
      - kill: [web-1]
      - wait: { ready: web }`,
    [
      's.yaml:3:24: nodes.pod.depends_on: goes in a circle: pod/app → web → pod/app',
      's.yaml:4:38: nodes.job.depends_on.web: web is no job, so it is never done (a service is ready)',
      's.yaml:8:24: certs.a.mount.web: "web" is a service, which runs nothing of its own (name the node it leads to)',
      's.yaml:12:36: checks[0].steps[0].from: "web" is a service, which runs nothing of its own (name the node it leads to)',
      's.yaml:13:15: checks[0].steps[1].exec: "web" is a service, which runs nothing of its own (name the node it leads to)',
      's.yaml:14:18: checks[0].steps[2].scale.web: "web" is a service, which runs nothing of its own (name the node it leads to)',
      's.yaml:15:16: checks[0].steps[3].kill[0]: "web-1" is a service, which runs nothing of its own (name the node it leads to)',
    ],
  ],
  'wrong types': [
    `name: a
nodes:
  web:
    image: hello
    replicas: two
    publish: 8080
    env: [A=b]
    once: "yes"
    files: { a.yaml: etc }`,
    [
      's.yaml:5:15: nodes.web.replicas: must be a number, not "two"',
      's.yaml:6:14: nodes.web.publish: must be a map of name to port, or a list of ports, not 8080',
      's.yaml:7:10: nodes.web.env: must be a map, not a list',
      's.yaml:8:11: nodes.web.once: must be true or false, not "yes"',
      's.yaml:9:22: nodes.web.files["a.yaml"]: must be an absolute path inside the container',
    ],
  ],
  'numbers out of range': [
    'name: a\nnodes: { web: { image: hello, replicas: 0, publish: { a: 70000, b: 99999/udp, c: 80/sctp } } }',
    [
      's.yaml:2:41: nodes.web.replicas: must be at least 1, not 0',
      's.yaml:2:58: nodes.web.publish.a: must be at most 65535, not 70000',
      's.yaml:2:68: nodes.web.publish.b: must be at most 65535',
      's.yaml:2:82: nodes.web.publish.c: must be a port such as 8080 or 53/udp',
    ],
  ],
  'names that are no DNS labels': [
    'name: My_Sandbox\nnodes: { Web: { image: hello }, web: { containers: { my_app: { image: hello } } } }',
    [
      's.yaml:1:7: name: must be a DNS label: lower-case letters, digits and dashes, at most 63, no dash first or last',
      's.yaml:2:10: nodes.Web: must be a DNS label: lower-case letters, digits and dashes, at most 63, no dash first or last',
      's.yaml:2:54: nodes.web.containers.my_app: must be a DNS label: lower-case letters, digits and dashes, at most 63, no dash first or last',
    ],
  ],
  'a name that is too long with its number': [
    `name: a\nnodes: { ${'x'.repeat(61)}: { image: hello, replicas: 10 } }`,
    [
      `s.yaml:2:10: nodes.${'x'.repeat(61)}: is too long: with a replica's number it must fit in 63 characters`,
    ],
  ],
  'names that are taken': [
    `name: a
nodes:
  web: { image: hello, aliases: [db, web-2, www.example.com] }
  web-1: { image: hello }
  db: { image: hello }
  localhost: { image: hello }`,
    [
      's.yaml:3:34: nodes.web.aliases[0]: "db" is the name of a node',
      's.yaml:3:38: nodes.web.aliases[1]: "web-2" is the name of a replica of web',
      's.yaml:4:3: nodes.web-1: is what a replica of web is called',
      's.yaml:6:3: nodes.localhost: every node is localhost to itself',
    ],
  ],
  'things that exclude each other': [
    `name: a
nodes:
  one: { envoy: e.yaml, image: hello, command: x }
  two: { image: hello, engine: ts, args: [-l, debug] }
  three:
    image: hello
    containers: { app: { image: hello } }
  four: { containers: {} }`,
    [
      's.yaml:3:25: nodes.one.image: cannot stand beside envoy: the engine runs the config',
      's.yaml:3:39: nodes.one.command: cannot stand beside envoy: the engine runs the config',
      's.yaml:4:24: nodes.two.engine: goes with envoy (an app has command)',
      's.yaml:4:36: nodes.two.args: goes with envoy (an app has command)',
      's.yaml:6:5: nodes.three.image: cannot stand beside containers (put it under the container it is meant for)',
      's.yaml:8:23: nodes.four.containers: must not be empty',
    ],
  ],
  'hosts that are none': [
    'name: a\nnodes: { web: { image: hello, hosts: { db: 1.2.3, localhost: 127.0.0.1, A_b: ::1 } } }',
    [
      's.yaml:2:44: nodes.web.hosts.db: must be an IP address',
      's.yaml:2:51: nodes.web.hosts.localhost: every node is localhost to itself',
      's.yaml:2:73: nodes.web.hosts.A_b: must be a host name: DNS labels with dots between them',
    ],
  ],
  'images of registries that cannot be': [
    `name: a
images:
  quay.io/team/shop:1: helo
  quay.io/team/shpo:2: hello
  docker.io/library/nginx: hello
  nginx:latest: hello
  Not one: hello
nodes:
  shop: { image: quay.io/team/shop:1, engine: ts }
  other: { image: quay.io/team/shop:2 }
  web: { image: nginx:latest }
  wrong: { image: quay.io//x, args: [a] }`,
    [
      's.yaml:3:24: images["quay.io/team/shop:1"]: no image "helo" (did you mean "hello"?)',
      's.yaml:4:3: images["quay.io/team/shpo:2"]: no container\'s image is quay.io/team/shpo:2 (did you mean "quay.io/team/shop:2"?)',
      's.yaml:6:3: images["nginx:latest"]: docker.io/library/nginx:latest has a rule already',
      's.yaml:7:3: images["Not one"]: must be the name of a container image, such as quay.io/team/shop:1.2',
      's.yaml:9:39: nodes.shop.engine: goes with envoy (an app has command)',
      's.yaml:12:19: nodes.wrong.image: must be the name of a container image, such as quay.io/team/shop:1.2',
    ],
  ],
  'names that do not exist': [
    `name: a
nodes:
  web:
    image: helo
    networks: [back]
    depends_on: [databse]
  proxy: { envoy: e.yaml, engine: envy }
  database: { image: hello, depends_on: { database: ready } }
checks:
  - name: c
    from: wep
    curl: http://web/
    expect:
      stat: { node: prox, name: x, value: 1 }
      log: [{ node: proxy-1, container: envoi, line: x }]
  - name: d
    steps:
      - exec: webb hostname
      - exec: { node: web, container: ap, command: hostname }
      - scale: { web-1: 2, wb: 3 }
      - stop: [web, databaze]
      - kill: { node: database, container: apps }
      - wait: { ready: prxy }`,
    [
      's.yaml:4:12: nodes.web.image: no image "helo" (did you mean "hello"?)',
      's.yaml:5:16: nodes.web.networks[0]: no network "back" (name it under the top-level networks)',
      's.yaml:6:18: nodes.web.depends_on[0]: no container of web and no node is called "databse" (did you mean "database"?)',
      's.yaml:7:35: nodes.proxy.engine: no engine "envy" (did you mean "envoy"?)',
      's.yaml:8:43: nodes.database.depends_on.database: cannot depend on itself',
      's.yaml:11:11: checks[0].from: no node "wep" (did you mean "web"?)',
      's.yaml:14:21: checks[0].expect.stat.node: no node "prox" (did you mean "proxy"?)',
      's.yaml:15:41: checks[0].expect.log[0].container: no container "envoi" in node proxy (did you mean "envoy"?)',
      's.yaml:18:15: checks[1].steps[0].exec: no node "webb" (did you mean "web"?)',
      's.yaml:19:39: checks[1].steps[1].exec.container: no container "ap" in node web (did you mean "app"?)',
      's.yaml:20:18: checks[1].steps[2].scale.web-1: is one replica of web; a node is scaled',
      's.yaml:20:28: checks[1].steps[2].scale.wb: no node "wb" (did you mean "web"?)',
      's.yaml:21:21: checks[1].steps[3].stop[1]: no node "databaze" (did you mean "database"?)',
      's.yaml:22:44: checks[1].steps[4].kill.container: no container "apps" in node database (did you mean "app"?)',
      's.yaml:23:24: checks[1].steps[5].wait.ready: no node "prxy" (did you mean "proxy"?)',
    ],
  ],
  'files that do not exist': [
    `name: a
nodes:
  proxy: { envoy: envoy.yml }
  web:
    image: hello
    files: { site: /srv, nosuch: /etc/x, other.yaml: /srv/ }
    volumes: ["./data:/data", "nonsense"]
  db: { image: hello, volumes: { a.yaml: /data } }`,
    [
      's.yaml:3:19: nodes.proxy.envoy: no such file: envoy.yml (looked in /s)',
      's.yaml:6:26: nodes.web.files.nosuch: no such file: nosuch (looked in /s)',
      's.yaml:6:54: nodes.web.files["other.yaml"]: /srv is the place of site already',
      's.yaml:7:31: nodes.web.volumes[1]: must be host:/inside or host:/inside:ro',
      's.yaml:8:34: nodes.db.volumes["a.yaml"]: a.yaml is a file, not a directory',
    ],
  ],
  'ports published twice': [
    'name: a\nnodes: { web: { image: hello, publish: { a: 80, b: 80, c: 80/udp } }, db: { image: hello, publish: [1, 1] } }',
    [
      's.yaml:2:52: nodes.web.publish.b: port 80/tcp is published already, as a',
      's.yaml:2:104: nodes.db.publish[1]: port 1/tcp is published already',
    ],
  ],
  'depends_on in circles, and on what never ends': [
    `name: a
nodes:
  a: { image: hello, depends_on: [b] }
  b:
    containers:
      one: { image: hello, depends_on: { two: done } }
      two: { image: hello, depends_on: [a] }`,
    [
      's.yaml:3:22: nodes.a.depends_on: goes in a circle: a/app → b/one → b/two → a/app',
      's.yaml:6:42: nodes.b.containers.one.depends_on.two: two is no job, so it is never done (a job has once: true)',
    ],
  ],
  'commands that need a shell': [
    `name: a
nodes:
  a: { command: "cat x | grep y" }
  b: { command: "echo 'open" }
  c: { command: "" }
  d: { command: [echo, [x]] }`,
    [
      's.yaml:3:17: nodes.a.command: "|" needs a shell; write [sh, -c, "…"]',
      "s.yaml:4:17: nodes.b.command: a ' is not closed",
      's.yaml:5:17: nodes.c.command: must not be empty',
      's.yaml:6:24: nodes.d.command[1]: must be text, a number, true or false, not a list',
    ],
  ],
  'probes that are none': [
    `name: a
nodes:
  a: { image: hello, ready: { http: healthz } }
  b: { image: hello, ready: { tcp: 1, http: 2 } }
  c: { image: hello, ready: { log: /(/ } }
  d: { image: hello, ready: startd }
  e: { image: hello, ready: { htp: 1 } }
  f: { image: hello, ready: {} }`,
    [
      's.yaml:3:37: nodes.a.ready.http: must be a port and a path, such as 8080/healthz',
      's.yaml:4:29: nodes.b.ready: must have one of http, tcp, exec and log',
      's.yaml:5:36: nodes.c.ready.log: Invalid regular expression: /(/: Unterminated group',
      's.yaml:6:29: nodes.d.ready: must be "started", or a map with one of http, tcp, exec and log, not "startd"',
      's.yaml:7:31: nodes.e.ready.htp: unknown key (did you mean "http"?)',
      's.yaml:8:29: nodes.f.ready: must have one of http, tcp, exec and log',
    ],
  ],
  'certificates that are none': [
    `name: a
nodes: { web: { image: hello } }
certs:
  one: { names: [my_host, "*.example.com"], mount: { web: certs } }
  two: { mount: { wev: /certs, web/ap: /certs } }
  three: { names: [web], mount: { web: /certs } }
  four: { names: [web], mount: { web/app: /certs/ } }
  five: { names: [my_web], mont: { web: /five } }`,
    [
      's.yaml:4:18: certs.one.names[0]: must be a host name, such as web or *.example.com, or an IP address',
      's.yaml:4:59: certs.one.mount.web: must be an absolute path inside the container',
      's.yaml:5:19: certs.two.mount.wev: no node "wev" (did you mean "web"?)',
      's.yaml:5:32: certs.two.mount["web/ap"]: no container "ap" in node web (did you mean "app"?)',
      's.yaml:7:43: certs.four.mount["web/app"]: certificate three is in /certs already',
      's.yaml:8:3: certs.five: "mount" is missing',
      's.yaml:8:19: certs.five.names[0]: must be a host name, such as web or *.example.com, or an IP address',
      's.yaml:8:28: certs.five.mont: unknown key (did you mean "mount"?)',
    ],
  ],
  'checks that are none': [
    `name: a
nodes: { web: { image: hello } }
checks:
  - curl: http://web/
  - name: no step
  - name: two
    curl: http://web/
    exec: web hostname
  - name: two
    curl: http://web/
    steps: [{ stop: web }]
  - name: mixed
    steps:
      - stop: web
        repeat: 3
        from: web
        expect: { status: 200, time: 1s }
      - exec: web
      - exec: web hostname
        expect: { headers: { a: b }, spread: { by: { header: x } } }
      - wait: 5
      - eventually: soon
        curl: http://web/
      - kill: { node: web, signal: KILL }
      - scale: { web: none }`,
    [
      's.yaml:4:5: checks[0]: "name" is missing',
      's.yaml:5:5: checks[1]: needs one of curl, exec, scale, stop, start, kill, wait',
      's.yaml:8:5: checks[2].exec: cannot stand beside curl (a check may have several steps)',
      's.yaml:9:11: checks[3].name: another check has this name',
      's.yaml:10:5: checks[3].curl: cannot stand beside steps (put it in a step)',
      's.yaml:15:9: checks[4].steps[0].repeat: goes with curl or exec, not stop',
      's.yaml:16:9: checks[4].steps[0].from: goes with curl, not stop',
      's.yaml:17:19: checks[4].steps[0].expect.status: stop has none (possible: stat, log)',
      's.yaml:17:32: checks[4].steps[0].expect.time: stop has none (possible: stat, log)',
      's.yaml:18:15: checks[4].steps[1].exec: must be a node and a command',
      's.yaml:20:19: checks[4].steps[2].expect.headers: exec has none (possible: json, time, exit_code, stdout, stderr, spread, stat, log)',
      's.yaml:20:52: checks[4].steps[2].expect.spread.by: a command has no headers',
      's.yaml:21:15: checks[4].steps[3].wait: must be a duration, or { ready: node }, not 5',
      's.yaml:22:21: checks[4].steps[4].eventually: must be a duration such as 250ms, 5s or 1m30s',
      's.yaml:24:36: checks[4].steps[5].kill.signal: must be SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGUSR1, SIGUSR2, SIGSTOP or SIGCONT, not "KILL"',
      's.yaml:25:23: checks[4].steps[6].scale.web: must be a number, not "none"',
    ],
  ],
  'expectations that are none': [
    `name: a
nodes: { web: { image: hello } }
checks:
  - name: c
    curl: http://web/
    expect:
      status: [200, 99, okay]
      headers: { a: /(/, b: [x] }
      body: { x: y }
      json: { "a[": 1, b: /)/ }
      time: 5
      stat:
        - { node: web, name: x }
        - { node: web, name: x, value: 1, increase: 1 }
        - { node: web, name: x, value: "=> 1" }
      spread: { by: hostname, each: -1 }`,
    [
      's.yaml:7:21: checks[0].expect.status[1]: must be at least 100, not 99',
      's.yaml:7:25: checks[0].expect.status[2]: must be a status such as 200, or a class such as 2xx',
      's.yaml:8:21: checks[0].expect.headers.a: Invalid regular expression: /(/: Unterminated group',
      's.yaml:8:29: checks[0].expect.headers.b: must be text, /…/, or null for absent, not a list',
      's.yaml:9:13: checks[0].expect.body: must be a text, or a list of such, not a map',
      's.yaml:10:15: checks[0].expect.json["a["]: must be a path such as items[0].name',
      "s.yaml:10:27: checks[0].expect.json.b: Invalid regular expression: /)/: Unmatched ')'",
      's.yaml:11:13: checks[0].expect.time: must be text, not 5',
      's.yaml:13:11: checks[0].expect.stat[0]: must have one of value and increase',
      's.yaml:14:11: checks[0].expect.stat[1]: must have one of value and increase',
      's.yaml:15:40: checks[0].expect.stat[2].value: must be a number, or a comparison such as ">= 3"',
      's.yaml:16:21: checks[0].expect.spread.by: must be a regular expression with a group, /hostname (\\S+)/',
      's.yaml:16:37: checks[0].expect.spread.each: must be at least 0, not -1',
    ],
  ],
};

for (const [name, [text, expected]] of Object.entries(cases)) {
  test(name, () => {
    assert.deepEqual(problemsOf(text), expected);
  });
}

function problemsOf(text: string): string[] {
  try {
    resolveSandbox(readDocument(text, 's.yaml'), surroundings);
    return [];
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return error.problems.map(formatProblem);
  }
}
