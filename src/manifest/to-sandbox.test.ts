// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references to parameters
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LabError } from '../error.ts';
import { nodeOf, podText, problemsOf, sandboxOf } from './manifest.fake.ts';

const workload = (kind: string, name: string, more = '', pod = '') => `
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  ${more}
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      ${pod}
      containers: [{ name: app, image: a/b, ports: [{ name: http, containerPort: 8080 }] }]
---
`;
const service = (name: string, app: string, spec: string) => `
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${app} }, ${spec} }
---
`;
const nodesOf = (text: string) => Object.keys(sandboxOf(text).sandbox.nodes as object);

describe('workloads', () => {
  it('become nodes with replicas', () => {
    const text =
      workload('Deployment', 'web', 'replicas: 3') +
      workload('StatefulSet', 'db', 'replicas: 2\n  ordinals: { start: 1 }\n  serviceName: db') +
      workload('ReplicaSet', 'rs') +
      workload('DaemonSet', 'ds') +
      podText('  containers: [{ name: app, image: a/b }]', 'one.two');
    const made = sandboxOf(text);
    assert.deepEqual(Object.keys(made.sandbox.nodes as object), ['web', 'db', 'rs', 'ds', 'one-two']);
    assert.deepEqual(
      ['web', 'db', 'rs', 'one-two'].map((name) => nodeOf(made, name).replicas),
      [3, 2, undefined, undefined],
    );
    assert.deepEqual(made.notes, ['m.yaml:43:1: DaemonSet ds: a lab is one machine: one pod of it runs']);
    assert.equal(made.name, 'web');
    assert.equal(sandboxOf(text, { name: 'mine' }).name, 'mine');
  });

  it('of OpenShift too, and jobs, which end', () => {
    const made = sandboxOf(`
apiVersion: v1
kind: DeploymentConfig
metadata: { name: dc }
spec:
  replicas: 2
  selector: { app: dc }
  triggers: [{ type: ConfigChange }]
  template:
    metadata: { labels: { app: dc } }
    spec: { containers: [{ name: app, image: a/b }] }
---
apiVersion: batch/v1
kind: Job
metadata: { name: once }
spec:
  template:
    spec: { restartPolicy: Never, containers: [{ name: app, image: a/b, command: [done] }] }
`);
    assert.equal(nodeOf(made, 'dc').replicas, 2);
    const { app } = nodeOf(made, 'once').containers as { app: { once: boolean } };
    assert.equal(app.once, true);
  });

  it('tell what is different from a cluster', () => {
    const notes = (text: string) => sandboxOf(text).notes.join('\n');
    assert.match(
      notes(workload('StatefulSet', 'db')),
      /StatefulSet db: its pods are numbered from 1 \(db-1\), not from 0/,
    );
    assert.match(
      notes(workload('Deployment', 'web') + workload('Deployment', 'idle', 'replicas: 0')),
      /^m\.yaml:\d+:3: Deployment idle: spec\.replicas: no pod of it is to run: it is left out$/,
    );
    assert.match(
      notes(workload('Deployment', 'web', 'replicas: 2', 'volumes: [{ name: v, emptyDir: {} }]')),
      /^$/,
    );
  });

  it('must select their own pods, and have names of their own', () => {
    assert.match(
      problemsOf(workload('Deployment', 'web').replace('labels: { app: web }', 'labels: { app: x }')).join(),
      /m\.yaml:6:\d+: spec\.selector\.matchLabels\.app: its pods do not have the label app: web/,
    );
    assert.match(
      problemsOf(workload('Deployment', 'web') + podText('  containers: [{ name: app, image: a/b }]')).join(),
      /metadata\.name: its pods would be called as those of Deployment web/,
    );
    assert.match(
      problemsOf(workload('Deployment', 'web') + workload('Deployment', 'web')).join(),
      /metadata\.name: there is a Deployment web already, at m\.yaml:2/,
    );
  });
});

describe('services', () => {
  it('become services of nodes, by number and by name of a port', () => {
    const made = sandboxOf(
      workload('Deployment', 'shop') +
        service(
          'web',
          'shop',
          'ports: [{ name: http, port: 80, targetPort: http }, { name: same, port: 9 }]',
        ) +
        service('bare', 'shop', 'ports: [{ port: 80, targetPort: 8080 }], type: NodePort'),
    );
    assert.deepEqual(made.sandbox.services, {
      web: {
        nodes: 'shop',
        ports: { http: '80:8080', same: 9 },
      },
      bare: {
        nodes: 'shop',
        ports: ['80:8080'],
        publish: { 'port-80': 80 },
      },
    });
  });

  it('keep their name where their pods would have it', () => {
    const made = sandboxOf(workload('Deployment', 'web') + service('web', 'web', 'ports: [{ port: 80 }]'));
    assert.deepEqual(Object.keys(made.sandbox.nodes as object), ['web-pod']);
    assert.deepEqual(Object.keys(made.sandbox.services as object), ['web']);
    assert.match(made.notes.join(), /Deployment web: metadata\.name: .*web-pod/);
  });

  it('without an address are names of the node', () => {
    const text = workload('StatefulSet', 'db', 'ordinals: { start: 1 }');
    const own = sandboxOf(text + service('db', 'db', 'clusterIP: None'));
    assert.equal(nodeOf(own, 'db').aliases, undefined);
    assert.equal(own.sandbox.services, undefined);
    const other = sandboxOf(text + service('store', 'db', 'clusterIP: None, ports: [{ port: 5 }]'));
    assert.deepEqual(nodeOf(other, 'db').aliases, ['store']);
  });

  it('have the names of a cluster that something mentions', () => {
    const config = (text: string) =>
      `{ apiVersion: v1, kind: ConfigMap, metadata: { name: c }, data: { x: "${text}" } }\n---\n`;
    const aliases = (text: string) => {
      const { services } = sandboxOf(
        config(text) + workload('Deployment', 'shop') + service('web', 'shop', 'ports: [{ port: 80 }]'),
      ).sandbox as { services: { web: { aliases?: string[] } } };
      return services.web.aliases;
    };
    assert.deepEqual(aliases('http://web.default.svc:80/'), ['web.default.svc']);
    assert.deepEqual(aliases('web.default web.default.svc.cluster.local.'), [
      'web.default',
      'web.default.svc.cluster.local',
    ]);
    assert.equal(aliases('web.defaults my-web.default x.web.default web.default-1'), undefined);
    const headless = config('db.default.svc') + workload('StatefulSet', 'db', 'ordinals: { start: 1 }');
    assert.deepEqual(nodeOf(sandboxOf(headless + service('db', 'db', 'clusterIP: None')), 'db').aliases, [
      'db.default.svc',
    ]);
  });

  it('of one pod of a StatefulSet are the names that replicas have anyway', () => {
    const one = (name: string, pod: string) =>
      workload('StatefulSet', 'db', 'ordinals: { start: 1 }') +
      `{ apiVersion: v1, kind: Service, metadata: { name: ${name} }, spec: { clusterIP: None, selector: { statefulset.kubernetes.io/pod-name: ${pod} } } }`;
    assert.equal(sandboxOf(one('db-1', 'db-1')).sandbox.services, undefined);
    assert.match(
      problemsOf(one('first', 'db-1')).join(),
      /pod-name"\]: not supported: another name for one replica/,
    );
    assert.match(sandboxOf(one('x', 'none-1')).notes.join(), /there is no such pod/);
  });

  it('are refused or left out where they lead to no node', () => {
    const wrong = (spec: string, more = '') =>
      problemsOf(workload('Deployment', 'web') + more + service('s', 'web', spec)).join('\n');
    assert.match(
      wrong('ports: [{ port: 80, targetPort: none }]'),
      /no container of web has a port called "none"/,
    );
    assert.match(
      wrong('ports: [{ port: 53, protocol: UDP }]'),
      /protocol: not supported: a service carries TCP/,
    );
    assert.match(wrong('ports: [{ port: 1 }, { port: 2 }]'), /ports\[0\]: "name" is missing/);
    assert.match(wrong('type: ClusterIP'), /"ports" is missing/);
    assert.match(
      wrong('sessionAffinity: ClientIP, ports: [{ port: 1 }]'),
      /spec\.sessionAffinity: not supported/,
    );
    assert.match(
      wrong(
        'ports: [{ port: 80 }]',
        workload('Deployment', 'web2')
          .replace('labels: { app: web2 }', 'labels: { app: web, tier: second }')
          .replace('matchLabels: { app: web2 }', 'matchLabels: { tier: second }'),
      ),
      /spec\.selector: selects pods of Deployment web and Deployment web2/,
    );
    assert.match(
      problemsOf(
        `${workload('Deployment', 'web')}{ apiVersion: v1, kind: Service, metadata: { name: s }, spec: { ports: [{ port: 1 }] } }`,
      ).join(),
      /spec: not supported: a Service without a selector/,
    );
    assert.match(
      sandboxOf(workload('Deployment', 'web') + service('s', 'other', 'ports: [{ port: 1 }]')).notes.join(),
      /Service s: spec\.selector: no pod of the manifests in its namespace has these labels/,
    );
  });
});

describe('what is not of a lab', () => {
  it('is left out with one note a field, however often it stands there', () => {
    const text = podText(
      `  containers:
    - { name: app, image: a/b, resources: {}, imagePullPolicy: Always }
    - { name: two, image: a/b, resources: {} }
  restartPolicy: Always
  dnsConfig: { searches: [x] }`,
    );
    assert.deepEqual(sandboxOf(text).notes, [
      'm.yaml:8:3: Pod web: spec.restartPolicy: left out: what ends stays ended, and up says so',
      'm.yaml:9:16: Pod web: spec.dnsConfig.searches: left out: names of the lab need no domain',
      'm.yaml:6:32: Pod web: spec.containers[0].resources: left out: a lab sets no limits (and 1 more)',
      'm.yaml:6:47: Pod web: spec.containers[0].imagePullPolicy: left out: an image is pulled when it is not there, or with --pull',
    ]);
  });

  it('is an error where it would be missed, all at once and in order', () => {
    assert.deepEqual(
      problemsOf(
        podText(`  hostNetwork: true
  hostPID: false
  containers:
    - name: app
      image: a/b
      lifecycle: { preStop: {} }
      comand: [x]
  volumes:
    - { name: v, hostPath: { path: / } }`),
      ),
      [
        'm.yaml:5:3: spec.hostNetwork: not supported: a pod has a network of its own here',
        'm.yaml:10:7: spec.containers[0].lifecycle: not supported: nothing is run when a container starts or ends',
        'm.yaml:11:7: spec.containers[0].comand: unknown key (did you mean "command"?)',
        'm.yaml:13:18: spec.volumes[0].hostPath: not supported: a lab has emptyDir, configMap, secret, downwardAPI and projected volumes (emptyDir is a directory that goes with the lab)',
      ],
    );
  });

  it('may be a whole object', () => {
    const pod = podText('  containers: [{ name: app, image: a/b }]');
    const made = sandboxOf(
      `${pod}---\n{ apiVersion: v1, kind: ServiceAccount, metadata: { name: robot } }\n`,
    );
    assert.deepEqual(made.notes, [
      'm.yaml:7:1: ServiceAccount robot: left out: there is no API server whose rights it could give',
    ]);
    const other = (text: string) => problemsOf(`${pod}---\n${text}\n`).join('\n');
    assert.equal(
      other('{ apiVersion: apps/v1, kind: Deploymnt, metadata: { name: x } }'),
      'm.yaml:7:30: kind: Deploymnt is not supported (did you mean "Deployment"?)',
    );
    assert.match(
      other('{ apiVersion: extensions/v1beta1, kind: Deployment, metadata: { name: x } }'),
      /apiVersion: Deployment is apps\/v1, not extensions\/v1beta1/,
    );
    assert.match(other('{ kind: Pod }'), /"apiVersion" is missing/);
    assert.match(other('{ apiVersion: v1 }'), /"kind" is missing/);
    assert.match(other('{ apiVersion: v1, kind: Pod }'), /"name" of the metadata is missing/);
    assert.match(other('just text'), /must be a Kubernetes object/);
    assert.match(
      other('{ apiVersion: v1, kind: Secret, metadata: { name: s }, data: { a: "?" } }'),
      /data\.a: is not base64/,
    );
    assert.match(
      other('{ apiVersion: v1, kind: ConfigMap, metadata: { name: s }, data: { a/b: x } }'),
      /data\["a\/b"\]: a key is letters/,
    );
  });
});

describe('files', () => {
  it('may hold several documents and lists', () => {
    const one = (name: string) =>
      `{ apiVersion: v1, kind: Pod, metadata: { name: ${name} }, spec: { containers: [{ name: app, image: a/b }] } }`;
    const text = `# comment\n---\n${one('a')}\n--- # next\n\n---\n${one('b')}\n...\n---\napiVersion: v1\nkind: List\nitems: [${one('c')}, ${one('d')}]\n`;
    assert.deepEqual(nodesOf(text), ['a', 'b', 'c', 'd']);
    assert.deepEqual(nodesOf(text.replaceAll('\n', '\r\n')), ['a', 'b', 'c', 'd']);
    assert.match(
      problemsOf(text.replace('name: d }', 'name: d, labels: { a: 1 } }')).join(),
      /^m\.yaml:12:\d+: metadata\.labels\.a: must be text, not 1$/,
    );
  });

  it('are refused when there is nothing to run', () => {
    assert.throws(
      () => sandboxOf('{ apiVersion: v1, kind: ConfigMap, metadata: { name: c } }'),
      (error: LabError) => error instanceof LabError && error.message === 'the manifests have nothing to run',
    );
    assert.throws(() => sandboxOf('# nothing\n'), /nothing to run/);
  });
});

describe('templates', () => {
  const template = `
apiVersion: template.openshift.io/v1
kind: Template
metadata: { name: shop }
message: Call \${NAME}.
parameters:
  - { name: NAME, value: web }
  - { name: COUNT, value: "2", required: true }
  - { name: KEY, generate: expression, from: "[a-z0-9]{12}" }
objects:
  - apiVersion: apps/v1
    kind: Deployment
    metadata: { name: "\${NAME}" }
    spec:
      replicas: \${{COUNT}}
      selector: { matchLabels: { app: "\${NAME}" } }
      template:
        metadata: { labels: { app: "\${NAME}" } }
        spec:
          containers: [{ name: app, image: a/b, env: [{ name: KEY, value: "\${KEY}" }] }]
`;

  it('are processed', () => {
    const made = sandboxOf(template, { parameters: new Map([['COUNT', '3']]) });
    assert.equal(made.name, 'shop');
    assert.equal(nodeOf(made).replicas, 3);
    assert.deepEqual(made.messages, ['Call web.']);
    const [{ value, ...rest }] = made.generated as unknown as [{ value: string }];
    assert.deepEqual(rest, { template: 'shop', parameter: 'KEY', from: '[a-z0-9]{12}' });
    assert.match(value, /^[a-y0-8]{12}$/);
  });

  it('keep what was generated before, unless the expression is another', () => {
    const first = sandboxOf(template);
    const again = sandboxOf(template, { remembered: first.generated });
    assert.deepEqual(again.generated, first.generated);
    const other = sandboxOf(template.replace('{12}', '{13}'), { remembered: first.generated });
    assert.equal(other.generated[0]?.value.length, 13);
  });

  it('are refused with the place in the template', () => {
    assert.deepEqual(problemsOf(template.replace('value: "2", ', '')), [
      'm.yaml:8:5: parameters[1]: parameter COUNT is required and has no value (give it with --param COUNT=VALUE)',
    ]);
    assert.match(
      problemsOf(template.replace('value: "2"', 'value: 2')).join(),
      /m\.yaml:8:\d+: parameters\[1\]\.value: must be text, not 2/,
    );
    assert.match(
      problemsOf(template, { parameters: new Map([['COUNT', 'many']]) }).join(),
      /^m\.yaml:15:17: spec\.replicas: must be a (whole )?number, not "many"$/,
    );
    assert.match(
      problemsOf(template.replace('[a-z0-9]{12}', '[z-a]{3}')).join(),
      /parameters\[2\]\.from: invalid range: z-a/,
    );
    assert.match(
      problemsOf(template.replace('generate: expression', 'generate: guess')).join(),
      /no generator "guess"/,
    );
    assert.throws(
      () => sandboxOf(template, { parameters: new Map([['COUNTS', '3']]) }),
      (error: LabError) => error.code === 'usage' && error.hint === 'did you mean "COUNT"?',
    );
    assert.throws(
      () =>
        sandboxOf(podText('  containers: [{ name: app, image: a/b }]'), { parameters: new Map([['A', '']]) }),
      (error: LabError) => error.hint === 'there is no template in the manifests',
    );
  });
});
