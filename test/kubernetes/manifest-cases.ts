/** Manifests with one thing each that a server for Kubernetes takes or refuses. */
export interface ManifestCase {
  readonly name: string;
  readonly text: string;
}

const pod = (spec: string, metadata = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: agree${metadata} }\nspec: ${spec}\n`;
const container = (fields: string, spec = '') =>
  pod(`{ containers: [{ name: app, image: quay.io/x/y:1, ${fields} }]${spec === '' ? '' : `, ${spec}`} }`);
const mounted = (volume: string, mount = 'mountPath: /v') =>
  container(`volumeMounts: [{ name: v, ${mount} }]`, `volumes: [{ name: v, ${volume} }]`);
const deployment = (spec: string, kind = 'Deployment', apiVersion = 'apps/v1') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: agree }\nspec: ${spec}\n`;
const template = (more = '', labels = 'app: a') =>
  `template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: app, image: quay.io/x/y:1 }]${more} } }`;
const selected = 'selector: { matchLabels: { app: a } }';
const service = (spec: string, name = 'agree') =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: ${name} }\nspec: ${spec}\n---\n${pod(
    '{ containers: [{ name: app, image: quay.io/x/y:1, ports: [{ name: web, containerPort: 80 }] }] }',
    ', labels: { app: a }',
  )}`;
const store = (kind: string, fields: string) =>
  `apiVersion: v1\nkind: ${kind}\nmetadata: { name: agree }\n${fields}\n---\n${container('command: [x]')}`;
const env = (list: string) => container(`env: [${list}]`);
const probe = (text: string, name = 'readinessProbe') =>
  container(`ports: [{ name: web, containerPort: 80 }], ${name}: ${text}`);
const long = (length: number) => 'a'.repeat(length);

const texts: Readonly<Record<string, string>> = {
  'a pod': container('command: [x]'),
  'no containers': pod('{ containers: [] }'),
  'no spec': 'apiVersion: v1\nkind: Pod\nmetadata: { name: agree }\n',
  'no image': pod('{ containers: [{ name: app }] }'),
  'an image with a space in front': pod('{ containers: [{ name: app, image: " a" }] }'),
  'no name of a container': pod('{ containers: [{ image: a }] }'),
  'a name of a container in upper case': pod('{ containers: [{ name: App, image: a }] }'),
  'a name of a container of 63': pod(`{ containers: [{ name: ${long(63)}, image: a }] }`),
  'a name of a container of 64': pod(`{ containers: [{ name: ${long(64)}, image: a }] }`),
  'two containers of a name': pod('{ containers: [{ name: a, image: a }, { name: a, image: b }] }'),
  'an init container of the same name': pod(
    '{ initContainers: [{ name: a, image: a }], containers: [{ name: a, image: b }] }',
  ),
  'an init container that is restarted': pod(
    '{ initContainers: [{ name: b, image: a, restartPolicy: Always }], containers: [{ name: a, image: b }] }',
  ),
  'an init container with another restart policy': pod(
    '{ initContainers: [{ name: b, image: a, restartPolicy: Sometimes }], containers: [{ name: a, image: b }] }',
  ),
  'an init container with a readiness probe': pod(
    '{ initContainers: [{ name: b, image: a, readinessProbe: { tcpSocket: { port: 1 } } }], containers: [{ name: a, image: b }] }',
  ),
  'a sidecar with a readiness probe': pod(
    '{ initContainers: [{ name: b, image: a, restartPolicy: Always, readinessProbe: { tcpSocket: { port: 1 } } }], containers: [{ name: a, image: b }] }',
  ),
  'an unknown field of a container': container('comand: [x]'),
  'an unknown field of a pod': pod('{ containers: [{ name: a, image: a }], restart: Always }'),
  'an unknown field of metadata': pod('{ containers: [{ name: a, image: a }] }', ', label: { a: b }'),
  'a command that is a text': container('command: x'),
  'a command with a number': container('command: [sleep, 5]'),
  'an empty command': container('command: []'),
  'a restart policy': container('command: [x]', 'restartPolicy: Never'),
  'an unknown restart policy': container('command: [x]', 'restartPolicy: No'),
  'a negative grace period': container('command: [x]', 'terminationGracePeriodSeconds: -1'),
  resources: container('resources: { limits: { cpu: 500m, memory: 64Mi }, requests: { cpu: 0.1 } }'),
  'an unknown quantity': container('resources: { limits: { memory: 64MB } }'),
  'more requested than limited': container('resources: { limits: { cpu: 1 }, requests: { cpu: 2 } }'),
  'a user': container('securityContext: { runAsUser: 1000 }'),
  'a user that is a text': container('securityContext: { runAsUser: "1000" }'),
  'an unknown field of a security context': container('securityContext: { runAs: 1000 }'),
  'an unknown pull policy': container('imagePullPolicy: Sometimes'),
  'a working directory': container('workingDir: /srv'),

  'a pod name in upper case': pod('{ containers: [{ name: a, image: a }] }').replace('agree', 'Agree'),
  'a pod name with underscores': pod('{ containers: [{ name: a, image: a }] }').replace('agree', 'a_b'),
  'a pod name with dots': pod('{ containers: [{ name: a, image: a }] }').replace('agree', 'a.b'),
  'a pod name that begins with a digit': pod('{ containers: [{ name: a, image: a }] }').replace(
    'agree',
    '0a',
  ),
  'a pod name that is a number': pod('{ containers: [{ name: a, image: a }] }').replace('agree', '5'),
  'a pod name that is a number in quotes': pod('{ containers: [{ name: a, image: a }] }').replace(
    'agree',
    '"5"',
  ),
  'a pod name of 254': pod('{ containers: [{ name: a, image: a }] }').replace('agree', long(254)),
  'a label': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a.b/c: d }'),
  'a label that is a number': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a: 5 }'),
  'a label that is true': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a: true }'),
  'a label with a space': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a: b c }'),
  'a label of 64': pod('{ containers: [{ name: a, image: a }] }', `, labels: { a: ${long(64)} }`),
  'an empty label': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a: "" }'),
  'a key of a label with a space': pod('{ containers: [{ name: a, image: a }] }', ', labels: { a b: c }'),
  'a key of a label with two slashes': pod(
    '{ containers: [{ name: a, image: a }] }',
    ', labels: { a/b/c: c }',
  ),
  'an annotation with anything': pod(
    '{ containers: [{ name: a, image: a }] }',
    ', annotations: { a: "b c ü" }',
  ),
  'an annotation that is a number': pod('{ containers: [{ name: a, image: a }] }', ', annotations: { a: 1 }'),
  'a key of an annotation with a space': pod(
    '{ containers: [{ name: a, image: a }] }',
    ', annotations: { a b: c }',
  ),
  nulls: pod(
    '{ containers: [{ name: a, image: a, command: null, env: null }], volumes: ~ }',
    ', labels: null',
  ),

  ports: container('ports: [{ containerPort: 80 }, { name: web-2, containerPort: 81, protocol: UDP }]'),
  'a port twice': container('ports: [{ containerPort: 80 }, { containerPort: 80 }]'),
  'a port 0': container('ports: [{ containerPort: 0 }]'),
  'a port 65536': container('ports: [{ containerPort: 65536 }]'),
  'a port that is a text': container('ports: [{ containerPort: "80" }]'),
  'a port name in upper case': container('ports: [{ name: Web, containerPort: 80 }]'),
  'a port name of 16': container(`ports: [{ name: ${long(16)}, containerPort: 80 }]`),
  'a port name of 15': container(`ports: [{ name: ${long(15)}, containerPort: 80 }]`),
  'a port name of digits': container('ports: [{ name: "80", containerPort: 80 }]'),
  'a port name with two dashes': container('ports: [{ name: a--b, containerPort: 80 }]'),
  'a port name with an underscore': container('ports: [{ name: a_b, containerPort: 80 }]'),
  'two ports of a name': container('ports: [{ name: a, containerPort: 80 }, { name: a, containerPort: 81 }]'),
  'two ports of the host': container(
    'ports: [{ containerPort: 80, hostPort: 1 }, { containerPort: 81, hostPort: 1 }]',
  ),
  'an unknown protocol': container('ports: [{ containerPort: 80, protocol: tcp }]'),

  'a variable': env('{ name: A, value: b }'),
  'a variable without a name': env('{ value: b }'),
  'a variable with an equals sign': env('{ name: A=, value: b }'),
  'a variable with a dot and a dash': env('{ name: a.b-c, value: b }'),
  'a variable that begins with a digit': env('{ name: 1a, value: b }'),
  'a variable with a space': env('{ name: a b, value: b }'),
  'a variable with an umlaut': env('{ name: ä, value: b }'),
  'a variable that is a number': env('{ name: A, value: 5 }'),
  'a variable that is a boolean': env('{ name: A, value: true }'),
  'a variable twice': env('{ name: A, value: a }, { name: A, value: b }'),
  'a value and where it is from': env(
    '{ name: A, value: a, valueFrom: { fieldRef: { fieldPath: metadata.name } } }',
  ),
  'an empty value and where it is from': env(
    '{ name: A, value: "", valueFrom: { fieldRef: { fieldPath: metadata.name } } }',
  ),
  'two places where a value is from': env(
    '{ name: A, valueFrom: { fieldRef: { fieldPath: metadata.name }, configMapKeyRef: { name: a, key: b } } }',
  ),
  'a value from nowhere': env('{ name: A, valueFrom: {} }'),
  'a label of a field': env(`{ name: A, valueFrom: { fieldRef: { fieldPath: "metadata.labels['a']" } } }`),
  'a label of a field in double quotes': env(
    `{ name: A, valueFrom: { fieldRef: { fieldPath: 'metadata.labels["a"]' } } }`,
  ),
  'all labels as a variable': env('{ name: A, valueFrom: { fieldRef: { fieldPath: metadata.labels } } }'),
  'an unknown field': env('{ name: A, valueFrom: { fieldRef: { fieldPath: metadata.nam } } }'),
  'a field of another version': env(
    '{ name: A, valueFrom: { fieldRef: { apiVersion: v2, fieldPath: metadata.name } } }',
  ),
  'a key of a config map without a key': env(
    '{ name: A, valueFrom: { configMapKeyRef: { name: a, optional: true } } }',
  ),
  'a key of an optional config map': env(
    '{ name: A, valueFrom: { configMapKeyRef: { name: a, key: b, optional: true } } }',
  ),
  'a key of a config map with a space': env(
    '{ name: A, valueFrom: { configMapKeyRef: { name: a, key: b c, optional: true } } }',
  ),
  'variables of an optional config map': container(
    'envFrom: [{ configMapRef: { name: a, optional: true } }]',
  ),
  'variables of two': container(
    'envFrom: [{ configMapRef: { name: a, optional: true }, secretRef: { name: a, optional: true } }]',
  ),
  'variables of nothing': container('envFrom: [{ prefix: a }]'),
  'variables with a prefix': container(
    'envFrom: [{ prefix: a-, configMapRef: { name: a, optional: true } }]',
  ),
  'variables with a prefix that is no name': container(
    'envFrom: [{ prefix: "a=", configMapRef: { name: a, optional: true } }]',
  ),

  'an empty volume': mounted('emptyDir: {}'),
  'an empty volume in memory': mounted('emptyDir: { medium: Memory, sizeLimit: 1Mi }'),
  'an empty volume of an unknown medium': mounted('emptyDir: { medium: Disk }'),
  'an empty volume of an unknown size': mounted('emptyDir: { sizeLimit: big }'),
  'a volume of nothing': mounted(''),
  'a volume of two kinds': mounted('emptyDir: {}, configMap: { name: a, optional: true }'),
  'two volumes of a name': container(
    'command: [x]',
    'volumes: [{ name: v, emptyDir: {} }, { name: v, emptyDir: {} }]',
  ),
  'a volume name in upper case': container('command: [x]', 'volumes: [{ name: V, emptyDir: {} }]'),
  'a volume name with a dot': container('command: [x]', 'volumes: [{ name: v.v, emptyDir: {} }]'),
  'a mount of no volume': container('volumeMounts: [{ name: v, mountPath: /v }]'),
  'a mount without a path': mounted('emptyDir: {}', 'readOnly: true'),
  'a mount at a relative path': mounted('emptyDir: {}', 'mountPath: v'),
  'a mount at a path with a colon': mounted('emptyDir: {}', 'mountPath: "/v:w"'),
  'two mounts at a path': container(
    'volumeMounts: [{ name: v, mountPath: /v }, { name: v, mountPath: /v }]',
    'volumes: [{ name: v, emptyDir: {} }]',
  ),
  'two mounts of a volume': container(
    'volumeMounts: [{ name: v, mountPath: /v }, { name: v, mountPath: /w }]',
    'volumes: [{ name: v, emptyDir: {} }]',
  ),
  'a part of a volume': mounted('emptyDir: {}', 'mountPath: /v, subPath: a/b'),
  'a part outside of a volume': mounted('emptyDir: {}', 'mountPath: /v, subPath: ../a'),
  'an absolute part of a volume': mounted('emptyDir: {}', 'mountPath: /v, subPath: /a'),
  'two parts of a volume': mounted('emptyDir: {}', 'mountPath: /v, subPath: a, subPathExpr: b'),
  'an optional config map as a volume': mounted('configMap: { name: a, optional: true }'),
  'a config map as a volume without a name': mounted('configMap: { optional: true }'),
  'an item without a path': mounted('configMap: { name: a, optional: true, items: [{ key: a }] }'),
  'an item that leads out': mounted(
    'configMap: { name: a, optional: true, items: [{ key: a, path: ../a }] }',
  ),
  'an item with an absolute path': mounted(
    'configMap: { name: a, optional: true, items: [{ key: a, path: /a }] }',
  ),
  'an item in a hidden place': mounted(
    'configMap: { name: a, optional: true, items: [{ key: a, path: ..a }] }',
  ),
  'two items at a path': mounted(
    'configMap: { name: a, optional: true, items: [{ key: a, path: a }, { key: b, path: a }] }',
  ),
  'a mode': mounted('configMap: { name: a, optional: true, defaultMode: 0400 }'),
  'a mode above 0777': mounted('configMap: { name: a, optional: true, defaultMode: 01000 }'),
  'a mode that is a text': mounted('configMap: { name: a, optional: true, defaultMode: "0400" }'),
  'a mode of YAML 1.2': mounted('configMap: { name: a, optional: true, defaultMode: 0o400 }'),
  'a secret without a name': mounted('secret: { optional: true }'),
  'a secret called name': mounted('secret: { name: a, optional: true }'),
  'a projected volume': mounted('projected: { sources: [{ configMap: { name: a, optional: true } }] }'),
  'a projected volume without sources': mounted('projected: {}'),
  'a projected volume with a source of two kinds': mounted(
    'projected: { sources: [{ configMap: { name: a, optional: true }, secret: { name: b, optional: true } }] }',
  ),
  'two projected sources at a path': mounted(
    'projected: { sources: [{ configMap: { name: a, optional: true, items: [{ key: a, path: a }] } }, { secret: { name: b, optional: true, items: [{ key: a, path: a }] } }] }',
  ),
  'labels as a file': mounted(
    'downwardAPI: { items: [{ path: l, fieldRef: { fieldPath: metadata.labels } }] }',
  ),
  'a field that is no file': mounted(
    'downwardAPI: { items: [{ path: l, fieldRef: { fieldPath: spec.nodeName } }] }',
  ),
  'a service account as a file': mounted(
    'downwardAPI: { items: [{ path: l, fieldRef: { fieldPath: spec.serviceAccountName } }] }',
  ),
  'a field as a file that leads out': mounted(
    'downwardAPI: { items: [{ path: ../l, fieldRef: { fieldPath: metadata.labels } }] }',
  ),

  'a probe of HTTP': probe('{ httpGet: { port: web, path: /x } }'),
  'a probe of an unknown port': probe('{ httpGet: { port: nope } }'),
  'a probe of a port that is no name': probe('{ httpGet: { port: No_Name } }'),
  'a probe of a port in digits': probe('{ httpGet: { port: "80" } }'),
  'a probe of port 0': probe('{ httpGet: { port: 0 } }'),
  'a probe of an unknown scheme': probe('{ httpGet: { port: 80, scheme: http } }'),
  'a probe without a port': probe('{ httpGet: { path: / } }'),
  'a probe of two kinds': probe('{ httpGet: { port: 80 }, tcpSocket: { port: 80 } }'),
  'a probe of nothing': probe('{ periodSeconds: 3 }'),
  'an empty probe': probe('{}'),
  'a probe with a command': probe('{ exec: { command: [a] } }'),
  'a probe without a command': probe('{ exec: {} }'),
  'a probe with a negative period': probe('{ tcpSocket: { port: 80 }, periodSeconds: -1 }'),
  'a probe with a period of text': probe('{ tcpSocket: { port: 80 }, periodSeconds: 1s }'),
  'a liveness probe with two successes': probe(
    '{ tcpSocket: { port: 80 }, successThreshold: 2 }',
    'livenessProbe',
  ),
  'a readiness probe with two successes': probe('{ tcpSocket: { port: 80 }, successThreshold: 2 }'),
  'a startup probe': probe('{ tcpSocket: { port: 80 }, failureThreshold: 30 }', 'startupProbe'),

  'names of addresses': pod(
    '{ hostAliases: [{ ip: 10.0.0.1, hostnames: [a.b] }], containers: [{ name: a, image: a }] }',
  ),
  'names of no address': pod(
    '{ hostAliases: [{ ip: 10.0.0, hostnames: [a.b] }], containers: [{ name: a, image: a }] }',
  ),
  'a name of an address with an underscore': pod(
    '{ hostAliases: [{ ip: 10.0.0.1, hostnames: [a_b] }], containers: [{ name: a, image: a }] }',
  ),
  'an address of IPv6': pod(
    '{ hostAliases: [{ ip: "::1", hostnames: [a] }], containers: [{ name: a, image: a }] }',
  ),

  'a deployment': deployment(`{ ${selected}, ${template()} }`),
  'a deployment without a selector': deployment(`{ ${template()} }`),
  'a deployment with an empty selector': deployment(`{ selector: {}, ${template()} }`),
  'a deployment of other pods': deployment(`{ selector: { matchLabels: { app: b } }, ${template()} }`),
  'a deployment of more': deployment(`{ ${selected}, ${template('', 'app: a, more: yes-more')} }`),
  'a deployment by an expression': deployment(
    `{ selector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }] }, ${template()} }`,
  ),
  'a deployment by an expression of others': deployment(
    `{ selector: { matchExpressions: [{ key: app, operator: NotIn, values: [a] }] }, ${template()} }`,
  ),
  'a deployment by an unknown expression': deployment(
    `{ selector: { matchExpressions: [{ key: app, operator: Is, values: [a] }] }, ${template()} }`,
  ),
  'a deployment by an expression without values': deployment(
    `{ selector: { matchExpressions: [{ key: app, operator: In }] }, ${template()} }`,
  ),
  'a deployment of none': deployment(`{ replicas: 0, ${selected}, ${template()} }`),
  'a deployment of three': deployment(`{ replicas: 3, ${selected}, ${template()} }`),
  'a deployment of minus one': deployment(`{ replicas: -1, ${selected}, ${template()} }`),
  'a deployment of a text': deployment(`{ replicas: "3", ${selected}, ${template()} }`),
  'a deployment of half a pod': deployment(`{ replicas: 1.5, ${selected}, ${template()} }`),
  'a deployment of 2.0 pods': deployment(`{ replicas: 2.0, ${selected}, ${template()} }`),
  'a deployment without a template': deployment(`{ ${selected} }`),
  'a deployment whose pods end': deployment(`{ ${selected}, ${template(', restartPolicy: Never')} }`),
  'a deployment with an old version': deployment(
    `{ ${selected}, ${template()} }`,
    'Deployment',
    'extensions/v1beta1',
  ),
  'a deployment of the core': deployment(`{ ${selected}, ${template()} }`, 'Deployment', 'v1'),
  'a deployment with an unknown strategy': deployment(
    `{ strategy: { type: Fast }, ${selected}, ${template()} }`,
  ),
  'a stateful set': deployment(`{ serviceName: a, ${selected}, ${template()} }`, 'StatefulSet'),
  'a stateful set without a service': deployment(`{ ${selected}, ${template()} }`, 'StatefulSet'),
  'a replica set': deployment(`{ ${selected}, ${template()} }`, 'ReplicaSet'),
  'a daemon set': deployment(`{ ${selected}, ${template()} }`, 'DaemonSet'),
  'a daemon set with replicas': deployment(`{ replicas: 2, ${selected}, ${template()} }`, 'DaemonSet'),
  'a replication controller': deployment(
    `{ selector: { app: a }, ${template()} }`,
    'ReplicationController',
    'v1',
  ),
  'a replication controller without a selector': deployment(
    `{ ${template()} }`,
    'ReplicationController',
    'v1',
  ),
  'a replication controller of other pods': deployment(
    `{ selector: { app: b }, ${template()} }`,
    'ReplicationController',
    'v1',
  ),
  'a job': deployment(`{ ${template(', restartPolicy: Never')} }`, 'Job', 'batch/v1'),
  'a job that is restarted on failure': deployment(
    `{ ${template(', restartPolicy: OnFailure')} }`,
    'Job',
    'batch/v1',
  ),
  'a job that never ends': deployment(`{ ${template()} }`, 'Job', 'batch/v1'),
  'a job with an old version': deployment(
    `{ ${template(', restartPolicy: Never')} }`,
    'Job',
    'batch/v1beta1',
  ),

  'a service': service('{ selector: { app: a }, ports: [{ port: 80 }] }'),
  'a service by the name of a port': service(
    '{ selector: { app: a }, ports: [{ port: 80, targetPort: web }] }',
  ),
  'a service by a port in upper case': service(
    '{ selector: { app: a }, ports: [{ port: 80, targetPort: Web }] }',
  ),
  'a service by a port in digits': service(
    '{ selector: { app: a }, ports: [{ port: 80, targetPort: "80" }] }',
  ),
  'a service without ports': service('{ selector: { app: a } }'),
  'a headless service without ports': service('{ clusterIP: None, selector: { app: a } }', 'agree-all'),
  'a service with two ports': service(
    '{ selector: { app: a }, ports: [{ name: a, port: 80 }, { name: b, port: 81, targetPort: 80 }] }',
  ),
  'a service with two ports without names': service(
    '{ selector: { app: a }, ports: [{ port: 80 }, { port: 81 }] }',
  ),
  'a service with a name twice': service(
    '{ selector: { app: a }, ports: [{ name: a, port: 80 }, { name: a, port: 81 }] }',
  ),
  'a service with a port twice': service(
    '{ selector: { app: a }, ports: [{ name: a, port: 80 }, { name: b, port: 80 }] }',
  ),
  'a service with a port name in upper case': service(
    '{ selector: { app: a }, ports: [{ name: Web, port: 80 }] }',
  ),
  'a service with a port name of 20': service(
    `{ selector: { app: a }, ports: [{ name: ${long(20)}, port: 80 }] }`,
  ),
  'a service with a dot in its name': service('{ selector: { app: a }, ports: [{ port: 80 }] }', 'a.b'),
  'a service that begins with a digit': service('{ selector: { app: a }, ports: [{ port: 80 }] }', '1a'),
  'a service of 64': service('{ selector: { app: a }, ports: [{ port: 80 }] }', long(64)),
  'a service of an unknown type': service('{ type: Internal, selector: { app: a }, ports: [{ port: 80 }] }'),
  'a service on ports of nodes': service('{ type: NodePort, selector: { app: a }, ports: [{ port: 80 }] }'),
  'a service on a port of nodes out of range': service(
    '{ type: NodePort, selector: { app: a }, ports: [{ port: 80, nodePort: 80 }] }',
  ),
  'a port of nodes of a service of none': service(
    '{ selector: { app: a }, ports: [{ port: 80, nodePort: 30999 }] }',
  ),
  'a headless service on ports of nodes': service(
    '{ type: NodePort, clusterIP: None, selector: { app: a }, ports: [{ port: 80 }] }',
  ),
  'a service at no address': service('{ clusterIP: nowhere, selector: { app: a }, ports: [{ port: 80 }] }'),
  'a service with a selector of a number': service('{ selector: { app: 5 }, ports: [{ port: 80 }] }'),
  'a service with an unknown affinity': service(
    '{ sessionAffinity: Cookie, selector: { app: a }, ports: [{ port: 80 }] }',
  ),
  'a service by expressions': service('{ selector: { matchLabels: { app: a } }, ports: [{ port: 80 }] }'),

  'a config map': store('ConfigMap', 'data: { a: b, c.d_e-f: "" }'),
  'a config map with a number': store('ConfigMap', 'data: { a: 5 }'),
  'a config map with a boolean': store('ConfigMap', 'data: { a: yes }'),
  'a config map with a map': store('ConfigMap', 'data: { a: { b: c } }'),
  'a config map with a null': store('ConfigMap', 'data: { a: null }'),
  'a config map with a key with a space': store('ConfigMap', 'data: { a b: c }'),
  'a config map with a key of two dots': store('ConfigMap', 'data: { ..: c }'),
  'a config map with a key that begins with two dots': store('ConfigMap', 'data: { ..a: c }'),
  'a config map with a key of 254': store('ConfigMap', `data: { ${long(254)}: c }`),
  'a config map with binary data': store('ConfigMap', 'binaryData: { a: AAEC }'),
  'a config map with what is no binary data': store('ConfigMap', 'binaryData: { a: "%%" }'),
  'a config map with a key twice': store('ConfigMap', 'data: { a: b }\nbinaryData: { a: AAEC }'),
  'an immutable config map': store('ConfigMap', 'immutable: true\ndata: { a: b }'),
  'a secret': store('Secret', 'data: { a: YQ== }\nstringData: { b: c }'),
  'a secret with a line break': store('Secret', 'data: { a: "YW\\nFh" }'),
  'a secret that is not base64': store('Secret', 'data: { a: hello! }'),
  'a secret without padding': store('Secret', 'data: { a: YQ }'),
  'a secret in base64 for addresses': store('Secret', 'data: { a: "_-8=" }'),
  'a secret with a number': store('Secret', 'stringData: { a: 5 }'),
  'a secret of a type': store(
    'Secret',
    'type: kubernetes.io/basic-auth\nstringData: { username: a, password: b }',
  ),
  'a secret of a type without its keys': store('Secret', 'type: kubernetes.io/tls\nstringData: { a: b }'),

  'an unknown kind': 'apiVersion: v1\nkind: Deploy\nmetadata: { name: agree }\n',
  'no kind': 'apiVersion: v1\nmetadata: { name: agree }\n',
  'no version': 'kind: Pod\nmetadata: { name: agree }\n',
  'no name': 'apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: { containers: [{ name: a, image: a }] }\n',
  'a list': `apiVersion: v1\nkind: List\nitems:\n- ${container('command: [x]').trimEnd().replaceAll('\n', '\n  ')}\n`,
  'a list of nothing that is known': 'apiVersion: v1\nkind: List\nitems: [{ a: b }]\n',
  JSON: JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'agree' },
    spec: { containers: [{ name: 'app', image: 'a' }] },
  }),
  anchors:
    'apiVersion: v1\nkind: Pod\nmetadata: { name: &n agree, labels: { app: *n } }\nspec: { containers: [{ name: *n, image: a }] }\n',
  'a merge':
    'apiVersion: v1\nkind: Pod\nmetadata: &m { name: agree, labels: { a: b } }\nspec: { containers: [{ <<: { name: x, image: y }, name: z }] }\n',
  'a key twice':
    'apiVersion: v1\nkind: Pod\nmetadata: { name: agree, name: agree }\nspec: { containers: [{ name: a, image: a }] }\n',
  'a tab': 'apiVersion: v1\nkind: Pod\nmetadata:\n\tname: agree\n',
};

export const manifestCases: readonly ManifestCase[] = Object.entries(texts).map(([name, text]) => ({
  name,
  text,
}));

/** What a cluster takes and a lab does not, with what it says. */
export const stricter: Readonly<Record<string, RegExp>> = {
  'an init container with another restart policy': /restartPolicy: must be Always, not "Sometimes"/,
  'a mount at a relative path': /mountPath: must be an absolute path/,
  'a mount at a path with a colon': /mountPath: cannot be mounted: it has a colon/,
  'a probe of an unknown port': /no port of the container is called "nope"/,
  'a deployment of none': /nothing to run/,
  'a key twice': /Map keys must be unique/,
};
