import { posix } from 'node:path';
import type { CertFields } from './cert-schema.ts';
import type { Context } from './context.ts';
import type { CertMount, SandboxCert } from './sandbox.ts';

/** The certificates to mint; problems go to the context. */
export function resolveCerts(context: Context, certs: Readonly<Record<string, CertFields>>): SandboxCert[] {
  const taken = new Map<string, string>();
  return Object.entries(certs).map(([name, fields]) => ({
    name,
    at: context.document.positionOfKey(['certs', name]),
    names: fields.names ?? [],
    ca: fields.ca,
    days: fields.days,
    mounts: resolveMounts(context, name, fields.mount, taken),
  }));
}

function resolveMounts(
  context: Context,
  cert: string,
  mount: Readonly<Record<string, string>>,
  taken: Map<string, string>,
): CertMount[] {
  return Object.entries(mount).map(([target, directory]) => {
    const path = ['certs', cert, 'mount', target];
    const [node = '', container] = target.split('/', 2);
    if (!context.names.nodes.includes(node)) context.names.requireNode(node, path, true);
    else if (container !== undefined) context.names.requireContainer(node, container, path, true);
    const place = posix.normalize(directory).replace(/(.)\/$/, '$1');
    for (const each of container === undefined ? context.names.containersOf(node) : [container]) {
      const key = `${node}/${each}:${place}`;
      const other = taken.get(key);
      if (other !== undefined) context.problems.add(path, `certificate ${other} is in ${place} already`);
      taken.set(key, cert);
    }
    return { node, container, directory: place };
  });
}
