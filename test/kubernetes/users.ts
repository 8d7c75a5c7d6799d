import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Right } from '../../src/runtime/kubernetes/api/rights.ts';

const run = promisify(execFile);

/** Runs `kubectl` as who KUBECONFIG says; what it prints. */
export async function kubectl(...words: readonly string[]): Promise<string> {
  return (await run('kubectl', words)).stdout.trim();
}

/** Why there is no `kubectl`; undefined when there is. */
export function kubectlRefusal(): Promise<string | undefined> {
  return kubectl('version', '--client').then(
    () => undefined,
    () => 'kubectl is not there (package kubernetes-client)',
  );
}

/** Gives the cluster an object, as JSON. */
export async function give(object: object): Promise<void> {
  const child = run('kubectl', ['create', '-f', '-']);
  child.child.stdin!.end(JSON.stringify(object));
  await child;
}

interface Login {
  /** Address of the API server; that of KUBECONFIG when absent. */
  readonly server?: string;
  /** Who it is; nobody in particular when absent. */
  readonly token?: string;
}

/** Writes a kubeconfig for the cluster that KUBECONFIG names. */
export async function writeKubeconfig(file: string, { server, token }: Login): Promise<string> {
  const text = await kubectl('config', 'view', '--minify', '--flatten', '--raw', '-o', 'json');
  const config = JSON.parse(text) as {
    clusters: { cluster: { server: string } }[];
    users: { user: object }[];
  };
  const [{ cluster }] = config.clusters as [{ cluster: object }];
  config.clusters[0]!.cluster = server === undefined ? (cluster as { server: string }) : { server };
  config.users[0]!.user = token === undefined ? {} : { token };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

/**
 * Makes somebody who has these rights in a namespace and no others.
 * @returns a token of that user
 */
export async function makeUser(namespace: string, name: string, rights: readonly Right[]): Promise<string> {
  const metadata = { name, namespace };
  const group = 'rbac.authorization.k8s.io';
  await give({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  if (rights.length > 0) {
    const rules = rights.map(({ resource, verbs }) => ({ apiGroups: [''], resources: [resource], verbs }));
    await give({ apiVersion: `${group}/v1`, kind: 'Role', metadata, rules });
    await give({
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    });
  }
  return kubectl('-n', namespace, 'create', 'token', name);
}
