import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { podText, problemsOf, sandboxOf } from './manifest.fake.ts';

// That a cluster refuses the same is tested with one: test/kubernetes/manifest-validity.test.ts.

const container = (fields: string, more = '') =>
  podText(`  containers: [{ name: app, image: a/b, ${fields} }]${more === '' ? '' : `\n  ${more}`}`);
const workload = (kind: string, spec: string, apiVersion = 'apps/v1') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: web }\nspec:\n  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: a/b }] } }\n  ${spec}\n`;
const service = (spec: string) =>
  `${container('command: [x]')}---\napiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { app: web }, ${spec} }\n`;
const store = (text: string) =>
  `${container('command: [x]')}---\napiVersion: v1\nmetadata: { name: s }\n${text}\n`;

const refused: Readonly<Record<string, readonly [text: string, message: RegExp]>> = {
  'a name': [
    podText('  containers: [{ name: a, image: a }]', 'Web'),
    /^m\.yaml:3:19: metadata\.name: must be a DNS name/,
  ],
  'a label': [
    container('command: [x]').replace('app: web', 'app: "a b"'),
    /^m\.yaml:3:39: metadata\.labels\.app: must be the value of a label/,
  ],
  'a key of a label': [
    container('command: [x]').replace('app: web', 'a b: web'),
    /metadata\.labels\["a b"\]: must be a key such as app/,
  ],
  'a name of a port': [
    container('ports: [{ name: Web, containerPort: 1 }]'),
    /ports\[0\]\.name: must be the name of a port/,
  ],
  'a name of a port twice': [
    container('ports: [{ name: a, containerPort: 1 }, { name: a, containerPort: 2 }]'),
    /ports\[1\]\.name: "a" stands in item 0 too/,
  ],
  'a port of the host twice': [
    container('ports: [{ containerPort: 1, hostPort: 5 }, { containerPort: 2, hostPort: 5 }]'),
    /ports\[1\]\.hostPort: stands at spec\.containers\[0\]\.ports\[0\]\.hostPort too/,
  ],
  'a quantity': [
    container('resources: { limits: { memory: 64MB } }'),
    /resources\.limits\.memory: must be a quantity such as 500m or 64Mi/,
  ],
  'more than a limit': [
    container('resources: { limits: { cpu: 900m }, requests: { cpu: 1 } }'),
    /resources\.requests\.cpu: is more than the limit of 900m/,
  ],
  'a field of what is left out': [
    container('securityContext: { runAs: 5 }'),
    /^m\.yaml:5:\d+: spec\.containers\[0\]\.securityContext\.runAs: unknown key/,
  ],
  'a restart policy': [
    container('command: [x]', 'restartPolicy: Alway'),
    /restartPolicy: must be .* \(did you mean "Always"\?\)/,
  ],
  'a policy of pods of a Deployment': [
    workload('Deployment', 'selector: { matchLabels: { app: web } }').replace(
      'containers:',
      'restartPolicy: Never, containers:',
    ),
    /template\.spec\.restartPolicy: must be Always, not "Never"/,
  ],
  'a Job that says none': [
    workload('Job', 'backoffLimit: 1', 'batch/v1'),
    /"restartPolicy" is missing \(Never or OnFailure\)/,
  ],
  'no selector': [workload('Deployment', 'replicas: 1'), /spec: "selector" is missing/],
  'an empty selector': [workload('Deployment', 'selector: {}'), /spec\.selector: must select something/],
  'an expression of others': [
    workload('Deployment', 'selector: { matchExpressions: [{ key: app, operator: NotIn, values: [web] }] }'),
    /matchExpressions\[0\]: its pods do not have the label app NotIn web/,
  ],
  'an expression that exists': [
    workload('Deployment', 'selector: { matchExpressions: [{ key: tier, operator: Exists }] }'),
    /do not have the label tier Exists/,
  ],
  'an expression of what is there': [
    workload('Deployment', 'selector: { matchExpressions: [{ key: app, operator: DoesNotExist }] }'),
    /do not have the label app DoesNotExist/,
  ],
  'an expression without values': [
    workload('Deployment', 'selector: { matchExpressions: [{ key: app, operator: In }] }'),
    /matchExpressions\[0\]: needs values with In/,
  ],
  'a probe of nothing': [
    container('readinessProbe: { periodSeconds: 1 }'),
    /readinessProbe: must have one of httpGet/,
  ],
  'a probe of an init container': [
    podText(
      '  initContainers: [{ name: a, image: a, readinessProbe: { tcpSocket: { port: 1 } } }]\n  containers: [{ name: b, image: a }]',
    ),
    /initContainers\[0\]\.readinessProbe: is not for an init container that ends/,
  ],
  'a path of two mounts': [
    container(
      'volumeMounts: [{ name: v, mountPath: /v }, { name: v, mountPath: /v }]',
      'volumes: [{ name: v, emptyDir: {} }]',
    ),
    /volumeMounts\[1\]\.mountPath: "\/v" stands in item 0 too/,
  ],
  'two parts of a volume': [
    container(
      'volumeMounts: [{ name: v, mountPath: /v, subPath: a, subPathExpr: b }]',
      'volumes: [{ name: v, emptyDir: {} }]',
    ),
    /subPathExpr: cannot be beside subPath/,
  ],
  'a path of two sources': [
    container(
      'command: [x]',
      'volumes: [{ name: v, projected: { sources: [{ configMap: { name: a, optional: true, items: [{ key: a, path: p }] } }, { secret: { name: b, optional: true, items: [{ key: a, path: ./p }] } }] } }]',
    ),
    /sources\[1\]\.secret\.items\[0\]\.path: "p" is in the volume already/,
  ],
  'a source of two kinds': [
    container(
      'command: [x]',
      'volumes: [{ name: v, projected: { sources: [{ configMap: { name: a, optional: true }, secret: { name: b, optional: true } }] } }]',
    ),
    /sources\[0\]: must be of one kind/,
  ],
  'a port of nodes of a service of none': [
    service('ports: [{ port: 1, nodePort: 30000 }]'),
    /ports\[0\]\.nodePort: cannot be where type is ClusterIP/,
  ],
  'no address of nodes': [
    service('type: NodePort, clusterIP: None, ports: [{ port: 1 }]'),
    /clusterIP: cannot be None where type is NodePort/,
  ],
  'a port of a service twice': [
    service('ports: [{ name: a, port: 1 }, { name: b, port: 1 }]'),
    /ports\[1\]\.port: "1\/TCP" stands in item 0 too/,
  ],
  'a key': [store('kind: ConfigMap\ndata: { ..a: b }'), /data\["\.\.a"\]: a key is letters/],
  'a type of secrets': [
    store('kind: Secret\ntype: kubernetes.io/tls\ndata: { tls.crt: YQ== }'),
    /type: a Secret of this type has the key "tls\.key"/,
  ],
  'a kind that is called as what every object of JavaScript has': [
    'apiVersion: v1\nkind: constructor\nmetadata: { name: a }\n',
    /^m\.yaml:2:7: kind: constructor is not supported/,
  ],
  'a kind that has another in its place': [
    'apiVersion: batch/v1\nkind: CronJob\nmetadata: { name: a }\n',
    /^m\.yaml:2:7: kind: CronJob is not supported \(a Job with its template runs once\)$/,
  ],
  'words of a lab': [
    container('command: [echo, "{{replica}}"], env: [{ name: A, value: "x{{replica}}" }]'),
    /command\[1\]: not supported: has \{\{replica\}\}, which is a lab's own[\s\S]*env\[0\]\.value: not supported: has/,
  ],
  'a variable of a service': [
    container(
      'args: ["$(WEB_SERVICE_HOST):$(OWN_SERVICE_PORT)"], env: [{ name: OWN_SERVICE_PORT, value: "1" }, { name: B, value: "$(WEB_SERVICE_PORT_HTTP) $$(WEB_SERVICE_PORT)" }]',
    ),
    /^m\.yaml:5:\d+: spec\.containers\[0\]\.args\[0\]: not supported: a lab has no variables of services: WEB_SERVICE_HOST \(.*\)\nm\.yaml:5:\d+: .*env\[1\]\.value: .*WEB_SERVICE_PORT_HTTP \(.*\)$/,
  ],
  'words of a lab in a ConfigMap': [
    `${container('envFrom: [{ configMapRef: { name: c } }]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { K: "{{replica}}" }\n`,
    /envFrom\[0\]: not supported: key "K" has/,
  ],
  'a ConfigMap of another namespace': [
    `${container('envFrom: [{ configMapRef: { name: c } }]')}---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: other }\n`,
    /no ConfigMap "c" in the manifests \(the one there is belongs to namespace other, the pod to default\)/,
  ],
};

describe('what is no manifest is refused:', () => {
  for (const [name, [text, message]] of Object.entries(refused)) {
    it(name, () => assert.match(problemsOf(text).join('\n'), message));
  }

  it('but left out, with a note, where it has no effect', () => {
    const ingress = '---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: {}\n';
    assert.deepEqual(sandboxOf(container('command: [x]') + ingress).notes, [
      'm.yaml:7:1: Ingress i: left out: envoy-lab curl reaches every service by its name, and its ports can be published',
    ]);
  });

  it('but not what is one', () => {
    const same = (namespace: string) =>
      `---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: ${namespace} }\n`;
    assert.deepEqual(
      problemsOf(`${container('envFrom: [{ configMapRef: { name: c } }]')}${same('default')}${same('b')}`),
      [],
    );
    assert.deepEqual(
      problemsOf(
        workload(
          'Deployment',
          'selector: { matchExpressions: [{ key: app, operator: In, values: [a, web] }, { key: app, operator: Exists }, { key: x, operator: NotIn, values: [web] }, { key: z, operator: DoesNotExist }] }',
        ),
      ),
      [],
    );
    for (const resources of [
      '{ limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 1000m, memory: 1G } }',
      '{ limits: { cpu: 1e3 }, requests: { cpu: 1k } }',
    ]) {
      assert.deepEqual(problemsOf(container(`resources: ${resources}`)), []);
    }
  });
});
