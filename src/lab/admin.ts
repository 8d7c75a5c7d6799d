import { get } from 'node:http';
import { LabError } from '../error.ts';
import type { ObservedContainer, ObservedNode, RunningLab } from '../runtime/runtime.ts';
import { requireContainer } from './select.ts';

/** The admin interface of one proxy of a lab. */
export interface AdminAddress {
  readonly node: string;
  readonly container: string;
  readonly port: number;
}

/** Every proxy of a node whose admin interface is known. */
export function adminsOf(node: ObservedNode): AdminAddress[] {
  return node.containers.flatMap(({ name, admin }) =>
    admin === undefined ? [] : [{ node: node.spec.name, container: name, port: admin.port }],
  );
}

/**
 * The admin interface of a node's first proxy, or of that container.
 * @throws LabError `usage` when no engine runs it, `runtime` when it is not up
 */
export function adminOf(node: ObservedNode, container?: string): AdminAddress {
  const name = container === undefined ? undefined : requireContainer(node, container);
  const engines = node.spec.containers.filter(({ kind }) => kind === 'engine').map((engine) => engine.name);
  const wanted = name ?? engines[0];
  if (wanted === undefined || !engines.includes(wanted)) {
    const what = wanted === undefined ? `node ${node.spec.name} has no proxy` : `${wanted} is no proxy`;
    throw new LabError('usage', what, {
      hint: engines.length > 0 ? `its proxies: ${engines.join(', ')}` : undefined,
    });
  }
  const found = node.containers.find((candidate: ObservedContainer) => candidate.name === wanted);
  if (found?.admin === undefined) {
    throw new LabError('runtime', `the admin interface of ${node.spec.name}/${wanted} is not up`, {
      hint: `the container is ${found?.state ?? 'not there'}: envoy-lab ps`,
    });
  }
  return { node: node.spec.name, container: wanted, port: found.admin.port };
}

/**
 * Asks an admin interface; the answer's body.
 * @throws LabError `runtime` when it does not answer with 200; with 400, which says that what was asked is wrong, `usage`
 */
export async function adminGet(
  lab: RunningLab,
  admin: AdminAddress,
  path: string,
  signal: AbortSignal,
): Promise<string> {
  await using dialed = await lab.dial(admin.node, admin.port);
  const where = `the admin interface of ${admin.node}/${admin.container}`;
  return await new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(new LabError('runtime', `${where} does not answer: ${error.message}`, { cause: error }));
    const request = get({ host: dialed.host, port: dialed.port, path, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(body);
        else if (response.statusCode === 400) {
          reject(new LabError('usage', `${where} refuses GET ${path}: ${body.trim().split('\n')[0]}`));
        } else fail(new Error(`${response.statusCode} to GET ${path}: ${body.trim().split('\n')[0]}`));
      });
    });
    request.on('error', fail);
  });
}
