import type { Path } from '../../document/document.ts';
import { didYouMean } from '../../document/suggest.ts';
import type { Origin } from '../origins.ts';
import type { ManifestObject } from '../read/object.ts';
import { isStoreKey } from '../schema/names.ts';
import type { ConfigMapFields, SecretFields } from '../schema/objects.ts';
import type { Findings } from './findings.ts';
import { DEFAULT_NAMESPACE, type Workload } from './workload.ts';

/** The keys of a ConfigMap or Secret. */
export interface Store {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  readonly namespace: string;
  readonly data: ReadonlyMap<string, Buffer>;
  /** Keys whose content is text by declaration: what `envFrom` takes of a ConfigMap. */
  readonly texts: ReadonlySet<string>;
  /** Where the content of each key stands. */
  readonly origins: ReadonlyMap<string, Origin>;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** `data` as UTF-8, `binaryData` decoded; what is wrong in them goes to the findings. */
export function configMapStore(object: ManifestObject, fields: ConfigMapFields, findings: Findings): Store {
  const texts = Object.entries(fields.data ?? {}).map(([key, value]) => [key, Buffer.from(value)] as const);
  const binary = decode(object, 'binaryData', fields.binaryData ?? {}, findings);
  for (const [key] of binary) {
    if (fields.data?.[key] === undefined) continue;
    findings.problem(object, ['binaryData', key], 'stands in data too', { key: true });
  }
  checkKeys(object, 'data', fields.data ?? {}, findings);
  const { name, namespace = DEFAULT_NAMESPACE } = fields.metadata;
  return {
    kind: 'ConfigMap',
    name,
    namespace,
    data: new Map([...texts, ...binary]),
    texts: new Set(texts.map(([key]) => key)),
    origins: originsOf(object, { binaryData: fields.binaryData, data: fields.data }),
  };
}

/** The keys that Secrets of a type have (k8s.io/kubernetes, pkg/apis/core/validation). */
const TYPE_KEYS: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/ssh-auth': ['ssh-privatekey'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
};

/** `stringData` wins over `data`, as the API server has it. */
export function secretStore(object: ManifestObject, fields: SecretFields, findings: Findings): Store {
  const texts = Object.entries(fields.stringData ?? {}).map(
    ([key, value]) => [key, Buffer.from(value)] as const,
  );
  const data = new Map([...decode(object, 'data', fields.data ?? {}, findings), ...texts]);
  checkKeys(object, 'stringData', fields.stringData ?? {}, findings);
  for (const key of TYPE_KEYS[fields.type ?? ''] ?? []) {
    if (!data.has(key)) findings.problem(object, ['type'], `a Secret of this type has the key "${key}"`);
  }
  const origins = originsOf(object, { data: fields.data, stringData: fields.stringData });
  const { name, namespace = DEFAULT_NAMESPACE } = fields.metadata;
  return { kind: 'Secret', name, namespace, data, texts: new Set(data.keys()), origins };
}

/** Where keys stand; those of a later member win. */
function originsOf(
  { document }: ManifestObject,
  members: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>,
): Map<string, Origin> {
  return new Map(
    Object.entries(members).flatMap(([member, values]) =>
      Object.keys(values ?? {}).map((key) => [key, { document, path: [member, key] }] as const),
    ),
  );
}

function decode(
  object: ManifestObject,
  member: string,
  values: Readonly<Record<string, string>>,
  findings: Findings,
): (readonly [string, Buffer])[] {
  checkKeys(object, member, values, findings);
  return Object.entries(values).map(([key, value]) => {
    const text = value.replace(/[\r\n]/g, '');
    if (!BASE64.test(text)) findings.problem(object, [member, key], 'is not base64');
    return [key, Buffer.from(text, 'base64')] as const;
  });
}

function checkKeys(
  object: ManifestObject,
  member: string,
  values: Readonly<Record<string, string>>,
  findings: Findings,
): void {
  for (const key of Object.keys(values)) {
    if (isStoreKey(key)) continue;
    const message = 'a key is letters, digits, "-", "_" and ".", no two dots first';
    findings.problem(object, [member, key], message, { key: true });
  }
}

const keyOf = (kind: string, namespace: string, name: string) => `${kind}/${namespace}/${name}`;

/** All ConfigMaps and Secrets, by kind, namespace and name. */
export class Stores {
  readonly #stores = new Map<string, Store>();
  readonly #findings: Findings;

  constructor(stores: readonly Store[], findings: Findings) {
    this.#findings = findings;
    for (const store of stores) this.#stores.set(keyOf(store.kind, store.namespace, store.name), store);
  }

  /** The one that is named in the namespace of a pod; undefined, and a problem unless it is optional, when there is none. */
  find(
    kind: Store['kind'],
    wanted: { readonly name: string; readonly optional?: boolean | undefined },
    { object, namespace }: Pick<Workload, 'object' | 'namespace'>,
    path: Path,
  ): Store | undefined {
    const store = this.#stores.get(keyOf(kind, namespace, wanted.name));
    if (store === undefined && wanted.optional !== true) {
      const all = [...this.#stores.values()].filter((one) => one.kind === kind);
      const known = all.filter((one) => one.namespace === namespace).map(({ name }) => name);
      const elsewhere = all.find(({ name }) => name === wanted.name);
      const hint =
        elsewhere === undefined
          ? (didYouMean(wanted.name, known) ?? 'give the manifest that has it with another -f')
          : `the one there is belongs to namespace ${elsewhere.namespace}, the pod to ${namespace}`;
      this.#findings.problem(object, path, `no ${kind} "${wanted.name}" in the manifests`, { hint });
    }
    return store;
  }

  /** The content of a key, with the same words. */
  key(
    store: Store,
    wanted: { readonly key: string; readonly optional?: boolean | undefined },
    object: ManifestObject,
    path: Path,
  ): Buffer | undefined {
    const content = store.data.get(wanted.key);
    if (content === undefined && wanted.optional !== true) {
      const message = `no key "${wanted.key}" in ${store.kind} ${store.name}`;
      this.#findings.problem(object, path, message, { hint: didYouMean(wanted.key, [...store.data.keys()]) });
    }
    return content;
  }
}
