import { writeOldYaml } from '../../document/write.ts';
import type { LabObject } from '../../runtime/kubernetes/translate/options.ts';

/** Length of a line of what is not text. */
const COLUMNS = 100;

/** Objects as one YAML file, each under a comment that says what it is for. */
export function manifestText(head: readonly string[], objects: readonly LabObject[]): string {
  const documents = objects.map(
    (object) => `${comments([purposeOf(object)])}${writeOldYaml(readable(object))}`,
  );
  return `${comments(head)}${documents.map((document) => `---\n${document}`).join('')}`;
}

/** Lines as a comment of YAML, each with its line break; an empty one has no blank at its end. */
export function comments(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '#\n' : `# ${line}\n`)).join('');
}

/** The object with base64 in lines: editors and reviews choke on one of 200 kB. */
export function readable(object: LabObject): LabObject {
  if (!('binaryData' in object) || object.binaryData === undefined) return object;
  const lines = new RegExp(`.{1,${COLUMNS}}`, 'g');
  const binaryData = Object.fromEntries(
    Object.entries(object.binaryData).map(([key, value]) => [
      key,
      `${(value.match(lines) ?? []).join('\n')}\n`,
    ]),
  );
  return { ...object, binaryData };
}

function purposeOf(object: LabObject): string {
  const name = object.metadata?.name ?? '';
  switch (object.kind) {
    case 'Namespace':
      return 'Everything below is in here; deleting it deletes all.';
    case 'ConfigMap':
      return purposeOfFiles(name, object as Extract<LabObject, { binaryData?: unknown }>);
    case 'Service':
      return purposeOfService(name, object);
    default:
      return `The pods of ${name}.`;
  }
}

function purposeOfFiles(
  name: string,
  { binaryData = {}, data = {} }: { binaryData?: object; data?: object },
): string {
  if (
    /-data-plane(-\d+)?$/.test(name) &&
    Object.keys({ ...binaryData, ...data }).some((key) => /^part-/.test(key))
  ) {
    return "envoy-lab's data plane, compressed and in parts: kubectl apply takes no object that is larger.";
  }
  return `Files of ${name}.`;
}

function purposeOfService(name: string, object: LabObject): string {
  const { clusterIP, selector = {} } = ('spec' in object ? (object.spec ?? {}) : {}) as {
    clusterIP?: string;
    selector?: Record<string, string>;
  };
  if (clusterIP !== 'None') return `${name}: a connection goes to one of the pods that are ready.`;
  return 'statefulset.kubernetes.io/pod-name' in selector
    ? `${name}: the name of just this replica.`
    : `${name}: the name of all its replicas.`;
}
