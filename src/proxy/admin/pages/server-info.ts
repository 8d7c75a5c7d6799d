import { accessLogExtensions } from '../../access-log/registry.ts';
import { httpFilters } from '../../filters/http/registry.ts';
import { networkFilters } from '../../filters/network/registry.ts';
import type { Server } from '../../server/server.ts';
import { downstreamTransports } from '../../transport-sockets/registry.ts';
import { version } from '../../version.ts';
import { type AdminHandler, jsonResponse } from '../handler.ts';

/** `600s`; Envoy's JSON has three, six or nine digits of a fraction. */
export function durationText(ms: number): string {
  const nanos = Math.round(ms * 1e6);
  const seconds = Math.trunc(nanos / 1e9);
  const rest = Math.abs(nanos - seconds * 1e9);
  if (rest === 0) return `${seconds}s`;
  const digits = rest % 1e6 === 0 ? 3 : rest % 1e3 === 0 ? 6 : 9;
  const sign = nanos < 0 && seconds === 0 ? '-' : '';
  return `${sign}${seconds}.${String(rest).padStart(9, '0').slice(0, digits)}s`;
}

/** What this process can do, as Envoy lists extensions. */
function extensions(): unknown[] {
  const of = (category: string, rows: readonly { readonly name: string; readonly type: string }[]) =>
    rows.map(({ name, type }) => ({
      name,
      category,
      type_descriptor: '',
      disabled: false,
      type_urls: [type],
    }));
  return [
    ...of('envoy.filters.http', httpFilters),
    ...of('envoy.filters.network', networkFilters),
    ...of('envoy.access_loggers', accessLogExtensions),
    ...of('envoy.transport_sockets.downstream', downstreamTransports),
  ];
}

/** `node` of the bootstrap with who this is. */
export function nodeOf(server: Server): Record<string, unknown> {
  const { node } = server.bootstrap;
  const { nodeId, cluster, zone } = server.context.localInfo;
  const locality = { ...node?.locality, ...(zone === '' ? {} : { zone }) };
  return {
    id: nodeId,
    cluster,
    ...(node?.metadata ? { metadata: node.metadata } : {}),
    ...(Object.keys(locality).length > 0 ? { locality } : {}),
    user_agent_name: node?.user_agent_name || 'envoy',
    user_agent_build_version: {
      version: { major_number: 1, minor_number: 40, patch: 0 },
      metadata: { 'build.type': 'envoy-lab' },
    },
    extensions: extensions(),
  };
}

/** The flags this process was started with, under the names Envoy has for them. */
function commandLineOptions({ options }: Server): Record<string, unknown> {
  const { given } = options;
  const text = (flag: string): string => {
    const value = given?.get(flag);
    return typeof value === 'string' ? value : '';
  };
  return {
    base_id: text('base-id') || '0',
    concurrency: options.concurrency,
    config_path: text('config-path'),
    config_yaml: text('config-yaml'),
    allow_unknown_static_fields: given?.has('allow-unknown-static-fields') ?? false,
    admin_address_path: text('admin-address-path'),
    local_address_ip_version: options.localAddressIpVersion,
    log_level: options.logLevel ?? 'info',
    component_log_level: text('component-log-level'),
    log_format: options.logPattern ?? '',
    log_path: text('log-path'),
    service_cluster: options.serviceCluster,
    service_node: options.serviceNode,
    service_zone: options.serviceZone,
    file_flush_interval: durationText(options.fileFlushIntervalMs),
    drain_time: durationText(options.drainTimeMs),
    parent_shutdown_time: `${text('parent-shutdown-time-s') || 900}s`,
    mode: 'Serve',
    disable_hot_restart: true,
    restart_epoch: 0,
    use_dynamic_base_id: given?.has('use-dynamic-base-id') ?? false,
    base_id_path: text('base-id-path'),
    drain_strategy: options.drainStrategy === 'immediate' ? 'Immediate' : 'Gradual',
  };
}

export const serverInfo: AdminHandler = {
  path: '/server_info',
  help: 'print server version/status information',
  handle(_request, server) {
    const uptime = `${Math.floor(server.uptime / 1000)}s`;
    return jsonResponse({
      version,
      state: server.state,
      uptime_current_epoch: uptime,
      uptime_all_epochs: uptime,
      hot_restart_version: 'disabled',
      command_line_options: commandLineOptions(server),
      node: nodeOf(server),
    });
  },
};
