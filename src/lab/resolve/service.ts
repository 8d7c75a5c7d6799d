import type {
  ContainerSpec,
  FileSpec,
  NodeSpec,
  RootfsSpec,
  ServiceProbe,
  ServiceSpec,
} from '../../runtime/node-spec.ts';
import type { SandboxService } from '../../sandbox/sandbox.ts';
import { type ForwarderConfig, forwarderPaths, READY_LINE } from '../../service/config.ts';
import { contentHash } from '../content-hash.ts';
import type { LabChoices } from './choices.ts';
import type { ForwarderProgram } from './inputs.ts';
import { publishOf } from './publish.ts';

/** What the container of a service is called. */
export const forwarderName = 'forwarder';

/**
 * A service as a node of its own. Pure.
 *
 * @param nodes those of the lab
 * @param forwarder undefined: the runtime balances by itself, and the node has no container
 */
export function resolveService(
  service: SandboxService,
  nodes: readonly NodeSpec[],
  forwarder: ForwarderProgram | undefined,
  options: { readonly programs: 'host' | 'image'; readonly choices: LabChoices },
): NodeSpec {
  const { name, networks, aliases } = service;
  const publish = publishOf(service, 1, options.choices.publish);
  const selected = nodes.find(({ group }) => group === service.nodes);
  const spec: ServiceSpec = {
    ports: service.ports.map(({ name: port, port: number, target }) => ({
      name: port,
      port: number,
      targetPort: target,
      protocol: 'tcp',
    })),
    selects: service.nodes,
    ready: (selected?.containers ?? []).flatMap(probesOf),
  };
  return {
    name: `${name}-1`,
    group: name,
    index: 1,
    networks,
    aliases,
    publish,
    containers: forwarder === undefined ? [] : [forwarderOf(name, spec, forwarder, options.programs)],
    service: spec,
    hash: contentHash([networks, aliases, publish, forwarder === undefined ? spec : 'forwarded']),
  };
}

/** The probe of a container as somebody beside the node can ask it. */
function probesOf({ ready, once }: ContainerSpec): ServiceProbe[] {
  if (once) return [];
  if (ready.kind === 'http' || ready.kind === 'tcp') return [ready];
  if (ready.kind !== 'admin' || ready.address === undefined) return [];
  const { host, port } = ready.address;
  return isLoopback(host) ? [] : [{ kind: 'http', port, path: '/ready', status: 200 }];
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function forwarderOf(
  service: string,
  { ports, selects, ready = [] }: ServiceSpec,
  program: ForwarderProgram,
  programs: 'host' | 'image',
): ContainerSpec {
  const config: ForwarderConfig = {
    service,
    selects,
    ports: ports.map(({ port, targetPort }) => ({ port, target: targetPort })),
    ready,
  };
  const command = programs === 'image' ? [commandInside] : [program.execPath, program.bundle];
  const argv = [...command, forwarderPaths.config, forwarderPaths.state];
  const spec: Omit<ContainerSpec, 'hash'> = {
    name: forwarderName,
    kind: 'app',
    rootfs: programs === 'image' ? imageOf(program) : { name: 'forwarder', programs: [], files: [] },
    argv,
    env: {},
    files: [{ path: forwarderPaths.config, from: { content: `${JSON.stringify(config)}\n` } }],
    volumes: [],
    ready: { kind: 'log', pattern: `^${READY_LINE}` },
    dependsOn: [],
    once: false,
    // It needs no steering; where nodes share the machine's network, its ports have to be allowed all the same.
    steered: { argv, files: [], ports: ports.map(({ port }) => port) },
  };
  return { ...spec, hash: contentHash([spec, program.hash]) };
}

const bundleInside = '/usr/local/lib/envoy-lab/envoy-lab-forwarder.mjs';
const commandInside = '/usr/local/bin/envoy-lab-forwarder';

function imageOf({ execPath, bundle }: ForwarderProgram): RootfsSpec {
  const start: FileSpec = {
    path: commandInside,
    from: { content: `#!/usr/bin/env node\nimport('${bundleInside}');\n` },
    mode: 0o755,
  };
  return {
    name: 'forwarder',
    programs: [{ name: 'node', hostPath: execPath }],
    files: [{ path: bundleInside, from: { hostPath: bundle } }, start],
  };
}
