import type { Path } from '../../document/document.ts';
import { typeNameOf } from '../any.ts';
import type { google } from '../api.generated.ts';
import { categoriesTake, extensions } from '../schema/extension.ts';
import type { Check, Report } from './check.ts';
import { connectionManagers, filterLists } from './connection-managers.ts';

/** What of a filter matters to its place in a chain. */
interface ChainedFilter {
  readonly name: string;
  readonly typed_config?: google.protobuf.Any;
  readonly disabled?: boolean;
}

type Terminal = 'yes' | 'no' | 'unknown';
type Kind = 'http' | 'network';

const http = 'envoy.extensions.filters.http';
const network = 'envoy.extensions.filters.network';

/** Filters that end a chain; every other ends none, but for those whose config decides. */
const terminals: Readonly<Record<string, Terminal>> = {
  [`${http}.router.v3.Router`]: 'yes',
  [`${http}.mcp_router.v3.McpRouter`]: 'yes',
  [`${http}.dynamic_modules.v3.DynamicModuleFilter`]: 'unknown',
  'envoy.extensions.common.matching.v3.ExtensionWithMatcher': 'unknown',
  [`${network}.direct_response.v3.Config`]: 'yes',
  [`${network}.dubbo_proxy.v3.DubboProxy`]: 'yes',
  [`${network}.echo.v3.Echo`]: 'yes',
  [`${network}.generic_proxy.v3.GenericProxy`]: 'yes',
  [`${network}.http_connection_manager.v3.HttpConnectionManager`]: 'yes',
  [`${network}.redis_proxy.v3.RedisProxy`]: 'yes',
  [`${network}.tcp_proxy.v3.TcpProxy`]: 'yes',
  [`${network}.thrift_proxy.v3.ThriftProxy`]: 'yes',
  [`${network}.reverse_tunnel.v3.ReverseTunnel`]: 'unknown',
  [`${network}.reverse_tunnel.v3.DrainAwareHttpConnectionManager`]: 'unknown',
  [`${network}.dynamic_modules.v3.DynamicModuleNetworkFilter`]: 'unknown',
};

/** A filter that ends a chain must be its last, and only such a one may be. */
export const checkFilterChains: Check = (bootstrap, report) => {
  for (const { value, path } of filterLists(bootstrap)) checkOrder(value, path, 'network', report);
  for (const { value, path } of connectionManagers(bootstrap)) {
    const filters = value.http_filters ?? [];
    const at = [...path, 'http_filters'];
    if (filters.length > 0) checkOrder(filters, at, 'http', report);
    else {
      const hint = `end http_filters with { name: envoy.filters.http.router, typed_config: { "@type": type.googleapis.com/${http}.router.v3.Router } }`;
      report(
        'warning',
        filters === value.http_filters ? at : path,
        'no router filter: every request hangs',
        hint,
      );
    }
  }
};

function checkOrder(filters: readonly ChainedFilter[], path: Path, kind: Kind, report: Report): void {
  for (const [i, filter] of filters.entries()) {
    const last = i === filters.length - 1;
    const terminal = isTerminal(filter, kind);
    const named = (): string => `filter named ${filter.name} of type ${extensionOf(filter)}`;
    if (terminal === 'yes' && !last) {
      report('error', [...path, i], `terminal ${named()} must be the last filter in a ${kind} filter chain`);
    } else if (terminal === 'no' && last) {
      report('error', [...path, i], `non-terminal ${named()} is the last filter in a ${kind} filter chain`);
    }
  }
}

function isTerminal({ typed_config, disabled }: ChainedFilter, kind: Kind): Terminal {
  // Discovered filters are not known yet.
  if (typed_config === undefined || disabled === true) return 'unknown';
  const type = typeNameOf(typed_config);
  // A filter of another kind may stand here when it is optional.
  if (categoriesTake([`envoy.filters.${kind}`], type) !== true) return 'unknown';
  return terminals[type] ?? 'no';
}

function extensionOf({ name, typed_config }: ChainedFilter): string {
  const type = typed_config === undefined ? '' : typeNameOf(typed_config);
  return extensions().find((extension) => extension.types.includes(type))?.name ?? name;
}
