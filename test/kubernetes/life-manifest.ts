/** The containers of {@link lifeManifest} that say what they were given. */
export const lifeObjects = [
  { pod: 'words', container: 'app' },
  { pod: 'words', container: 'other' },
  { pod: 'files', container: 'app' },
  { pod: 'files', container: 'beside' },
] as const;

/** Writes to /tmp/report.json what the container was given, and stays. Told: directories to look into, then arguments. */
const REPORTER = `
const { readdirSync, readFileSync, realpathSync, statSync, writeFileSync, existsSync } = require('fs');
const [looks, ...args] = process.argv.slice(1);
const files = {};
const look = (path) => {
  const { mode } = statSync(path);
  const bits = (mode & 0o1777).toString(8);
  if (!statSync(path).isDirectory()) { files[path] = [bits, readFileSync(path).toString('base64')]; return; }
  const names = readdirSync(path).filter((name) => !name.startsWith('..')).sort();
  files[path] = [bits, names];
  for (const name of names) look(path + '/' + name);
};
for (const path of looks.split(' ')) if (path !== '') { if (existsSync(path)) look(path); else files[path] = ['none', '']; }
const hosts = readFileSync('/etc/hosts', 'utf8').split(/\\n/).filter((line) => /^10\\.99\\./.test(line))
  .flatMap((line) => { const [ip, ...names] = line.split(/\\s+/); return names.map((name) => ip + ' ' + name); });
writeFileSync('/tmp/report.json', JSON.stringify({ args, cwd: process.cwd(), env: process.env, files, hosts }));
setInterval(() => {}, 1000);
process.on('SIGTERM', () => process.exit(0));
`;

const indented = (text: string, by: number) => text.trim().replaceAll('\n', `\n${' '.repeat(by)}`);

/** Pods whose containers write down what they were given: in variables, arguments and files. */
export function lifeManifest(image: string): string {
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data:
  COLOR: red
  SIZE: "4"
  EMPTY: ""
  dotted.name: dots
  LINES: |
    one
    two
  QUOTES: |-
    it's "quoted" \\ $HOME $(COLOR) $$(COLOR) \${X} ü
  report.js: |
    ${indented(REPORTER, 4)}
---
apiVersion: v1
kind: ConfigMap
metadata: { name: pieces }
data: { a.txt: aaa, b.txt: bbb, c.txt: "" }
binaryData: { raw: AAECA//+ }
---
apiVersion: v1
kind: Secret
metadata: { name: keys }
type: Opaque
data: { TOKEN: czNjcmV0, OVER: bGVmdA==, BINARY: w7w= }
stringData: { USER: me, OVER: right }
---
apiVersion: v1
kind: Pod
metadata:
  name: words
  labels: { app: words, example.com/tier: back }
  annotations: { note: 'a "quoted" note', example.com/lines: "one\\ntwo\\ttab ü", empty: "" }
spec:
  enableServiceLinks: false
  terminationGracePeriodSeconds: 1
  hostAliases:
    - { ip: 10.99.0.1, hostnames: [one.example.com, two] }
    - { ip: 10.99.0.2, hostnames: [three] }
  containers:
    - name: app
      image: ${image}
      workingDir: /srv/work
      command: [node, /report/report.js, "/srv/work"]
      args:
        - "$(COLOR)"
        - "$$(COLOR)"
        - "$$$(COLOR)"
        - $COLOR
        - \${COLOR}
        - "$(NONE)"
        - "$(BOTH)"
        - ""
        - "two words"
        - "$(dotted.name)"
        - "$(COLOR"
        - "it's \\"quoted\\" \\\\"
        - "--x=$(SIZE)$(SIZE)"
        - |
          lines
          more
      envFrom:
        - configMapRef: { name: settings }
        - prefix: K_
          secretRef: { name: keys }
        - prefix: "P-"
          configMapRef: { name: settings }
        - configMapRef: { name: none, optional: true }
      env:
        - { name: COLOR, value: blue }
        - { name: BOTH, value: "$(COLOR) $(SIZE) $(LATER) $$(SIZE) $(K_USER)" }
        - { name: LATER, value: late }
        - { name: LATER, value: "$(LATER)r" }
        - { name: ONE, valueFrom: { configMapKeyRef: { name: settings, key: SIZE } } }
        - { name: RAW, valueFrom: { configMapKeyRef: { name: settings, key: QUOTES } } }
        - { name: TWO, valueFrom: { secretKeyRef: { name: keys, key: TOKEN } } }
        - { name: THREE, valueFrom: { secretKeyRef: { name: keys, key: NONE, optional: true } } }
        - { name: FOUR, valueFrom: { configMapKeyRef: { name: none, key: NONE, optional: true } } }
        - { name: APP, valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }
        - { name: TIER, valueFrom: { fieldRef: { fieldPath: "metadata.labels['example.com/tier']" } } }
        - { name: NOTE, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['note']" } } }
        - { name: NOTES, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['example.com/lines']" } } }
        - { name: MISSING, valueFrom: { fieldRef: { fieldPath: "metadata.annotations['x/y']" } } }
        - { name: AFTER, value: "$(RAW)|$(APP)|$(MISSING)|$(THREE)" }
        - { name: NOTHING }
        - { name: BLANK, value: "" }
        - { name: OCTAL, value: "0644" }
        - { name: SURE, value: "yes" }
        - { name: with-dash.and.dot, value: odd }
        - { name: 1ST, value: digit }
      volumeMounts: [{ name: report, mountPath: /report }]
    - name: other
      image: ${image}
      command: [node, /report/report.js]
      args: ["", last]
      volumeMounts: [{ name: report, mountPath: /report }]
  volumes:
    - { name: report, configMap: { name: settings, items: [{ key: report.js, path: report.js }] } }
---
apiVersion: v1
kind: Pod
metadata: { name: files, labels: { app: files, b: "2" }, annotations: { note: 'a "b" \\ ü', lines: "x\\ny" } }
spec:
  enableServiceLinks: false
  terminationGracePeriodSeconds: 1
  initContainers:
    - name: prepare
      image: ${image}
      command: [sh, -c, "umask 022; echo made > /work/made; chmod 640 /work/made; mkdir -p /work/inner; echo deep > /work/inner/deep"]
      volumeMounts: [{ name: work, mountPath: /work }]
  containers:
    - name: app
      image: ${image}
      command:
        - node
        - /report/report.js
        - /whole /one.txt /etc/one.txt /moded /items /keys /keys-moded /all /fields /own /work /inner /optional /some /over /sub /missing-key
      volumeMounts:
        - { name: report, mountPath: /report }
        - { name: whole, mountPath: /whole }
        - { name: whole, mountPath: /one.txt, subPath: a.txt }
        - { name: whole, mountPath: /etc/one.txt, subPath: b.txt, readOnly: true }
        - { name: moded, mountPath: /moded }
        - { name: items, mountPath: /items }
        - { name: items, mountPath: /sub, subPath: a/deep }
        - { name: keys, mountPath: /keys, readOnly: true }
        - { name: keys-moded, mountPath: /keys-moded }
        - { name: all, mountPath: /all }
        - { name: fields, mountPath: /fields }
        - { name: own, mountPath: /own }
        - { name: work, mountPath: /work }
        - { name: work, mountPath: /inner, subPath: inner }
        - { name: optional, mountPath: /optional }
        - { name: some, mountPath: /some }
        - { name: whole, mountPath: /over }
        - { name: missing, mountPath: /missing-key }
    - name: beside
      image: ${image}
      command: [node, /report/report.js, /work]
      volumeMounts:
        - { name: report, mountPath: /report }
        - { name: work, mountPath: /work, readOnly: true }
  volumes:
    - { name: report, configMap: { name: settings, items: [{ key: report.js, path: report.js }] } }
    - { name: whole, configMap: { name: pieces } }
    - { name: moded, configMap: { name: pieces, defaultMode: 0440 } }
    - name: items
      configMap:
        name: pieces
        defaultMode: 0600
        items: [{ key: a.txt, path: a/deep/er.txt }, { key: raw, path: raw.bin, mode: 0755 }, { key: b.txt, path: ./b }]
    - { name: keys, secret: { secretName: keys } }
    - { name: keys-moded, secret: { secretName: keys, defaultMode: 0400, items: [{ key: USER, path: who }] } }
    - name: all
      projected:
        defaultMode: 0444
        sources:
          - { secret: { name: keys, items: [{ key: USER, path: who, mode: 0400 }] } }
          - { configMap: { name: pieces } }
          - { configMap: { name: none, optional: true } }
          - { downwardAPI: { items: [{ path: meta/labels, fieldRef: { fieldPath: metadata.labels } }] } }
    - name: fields
      downwardAPI:
        items:
          - { path: labels, fieldRef: { fieldPath: metadata.labels } }
          - { path: annotations, fieldRef: { fieldPath: metadata.annotations }, mode: 0600 }
          - { path: one, fieldRef: { fieldPath: "metadata.labels['b']" } }
          - { path: none, fieldRef: { fieldPath: "metadata.labels['none']" } }
    - { name: own, emptyDir: {} }
    - { name: work, emptyDir: {} }
    - { name: optional, configMap: { name: none, optional: true } }
    - { name: some, secret: { secretName: keys, optional: true, items: [{ key: USER, path: who }, { key: NONE, path: none }] } }
    - { name: missing, configMap: { name: pieces, optional: true, items: [{ key: NONE, path: none }] } }
`;
}
