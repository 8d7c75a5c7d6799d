import type { envoy } from '../../../../bootstrap/api.generated.ts';
import { LabError } from '../../../../error.ts';
import type { HttpFilterExtension, StreamFilter } from '../../../http/filter.ts';
import type { FactoryContext } from '../../../server/context.ts';
import { findExtension, type TypedConfig } from '../../../typed-config.ts';
import { httpFilters } from '../../http/registry.ts';

type HttpFilter = envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;

/**
 * Configures the HTTP filters of a connection manager, each once; returns the makers of a stream's filters.
 *
 * @throws LabError when the chain is one Envoy refuses
 */
export function configureFilters(
  configs: readonly HttpFilter[],
  context: FactoryContext,
): readonly (() => StreamFilter)[] {
  const factories: (() => StreamFilter)[] = [];
  const extensions: HttpFilterExtension[] = [];
  configs.forEach((config, i) => {
    const typed = config.typed_config as TypedConfig | undefined;
    const extension = findExtension(httpFilters, config.name, typed);
    const last = i === configs.length - 1;
    if (extension.terminal && !last) {
      throw new LabError(
        'invalid',
        `Error: terminal filter named ${config.name} of type ${extension.name} must be the last filter in a http filter chain.`,
      );
    }
    if (!extension.terminal && last) {
      throw new LabError(
        'invalid',
        `Error: non-terminal filter named ${config.name} of type ${extension.name} is the last filter in a http filter chain.`,
      );
    }
    extensions.push(extension);
    factories.push(extension.configure(typed ?? {}, context));
  });
  return factories;
}
