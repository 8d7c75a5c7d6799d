import type { InspectedNode } from '../../lab/inspect.ts';
import type { ListenerSummary, RouteSummary } from '../../lab/topology/listeners.ts';
import { engineText } from './engine-text.ts';
import { nodeJson } from './lab-json.ts';
import type { Style } from './style.ts';

/** The replica as in `ps --json`, with `listeners` and `clusters` at each container an engine runs. */
export function inspectJson({ node, proxies }: InspectedNode): Record<string, unknown> {
  const json = nodeJson(node);
  const containers = (json.containers as { name: string }[]).map((container) => {
    const proxy = proxies.find((candidate) => candidate.container === container.name);
    return proxy === undefined
      ? container
      : { ...container, listeners: proxy.listeners, clusters: proxy.clusters };
  });
  const { networks, aliases, hosts } = node.spec;
  return { ...json, networks, aliases, ...(hosts && { hosts }), containers };
}

export function inspectText({ node, proxies }: InspectedNode, style: Style): string {
  const { spec, addresses, published, containers } = node;
  const lines = [style.bold(spec.name)];
  for (const [network, address] of Object.entries(addresses))
    lines.push(`  address  ${address} (${network})`);
  if (spec.aliases.length > 0) lines.push(`  aliases  ${spec.aliases.join(', ')}`);
  for (const [name, address] of Object.entries(spec.hosts ?? {}))
    lines.push(`  host     ${name}: ${address}`);
  for (const { name, port, protocol, hostPort } of published) {
    lines.push(`  port     ${name}: ${port}/${protocol} at 127.0.0.1:${hostPort}`);
  }
  for (const container of spec.containers) {
    const found = containers.find(({ name }) => name === container.name);
    const runs = engineText(container) ?? container.image;
    lines.push(`  ${style.bold(container.name)}${runs === undefined ? '' : ` (${runs})`}`);
    const code = found?.exitCode === undefined ? '' : ` with ${found.exitCode}`;
    const pid = found?.pid === undefined ? '' : `, pid ${found.pid}`;
    lines.push(`    state    ${found?.state ?? 'created'}${code}${pid}`);
    const command = container.argv.length > 0 ? container.argv : ["its image's", ...(container.args ?? [])];
    lines.push(`    command  ${command.join(' ')}`);
    if (found?.admin !== undefined) lines.push(`    admin    ${found.admin.host}:${found.admin.port}`);
    const proxy = proxies.find((candidate) => candidate.container === container.name);
    for (const listener of proxy?.listeners ?? []) lines.push(...listenerLines(listener));
    for (const { name, type, endpoints } of proxy?.clusters ?? []) {
      const where = endpoints.map(({ address, port }) => `${address}:${port}`).join(', ');
      lines.push(`    cluster  ${name} (${type}): ${where}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function listenerLines({ name, address, port, protocol, tls, routes }: ListenerSummary): string[] {
  const head = `    listens  ${address}:${port} ${tls ? 'TLS, ' : ''}${protocol}${name === '' ? '' : ` (${name})`}`;
  return [head, ...routes.map((route) => `      ${routeText(route)}`)];
}

/** `/service/1 -> service1`; domains are told unless they are all. */
export function routeText({ domains, match, to }: RouteSummary): string {
  const host = domains.length === 0 || domains.includes('*') ? '' : `${domains.join(', ')} `;
  const where = to.kind === 'answer' ? to.text : to.clusters.join(', ');
  return `${host}${match === '' ? '' : `${match} `}-> ${where}`;
}
