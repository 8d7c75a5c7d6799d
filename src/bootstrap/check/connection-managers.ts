import type { Path } from '../../document/document.ts';
import { unpack } from '../any.ts';
import type { envoy } from '../api.generated.ts';

type Bootstrap = envoy.config.bootstrap.v3.Bootstrap;
type Filter = envoy.config.listener.v3.Filter;
export type HttpConnectionManager =
  envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;

/** A part of the config and where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly path: Path;
}

/** The lists of network filters of all static listeners, default filter chains included. */
export function* filterLists({ static_resources }: Bootstrap): Generator<Placed<readonly Filter[]>> {
  for (const [i, listener] of (static_resources?.listeners ?? []).entries()) {
    const at = ['static_resources', 'listeners', i];
    for (const [j, chain] of (listener.filter_chains ?? []).entries()) {
      yield { value: chain.filters ?? [], path: [...at, 'filter_chains', j, 'filters'] };
    }
    const standard = listener.default_filter_chain;
    if (standard) yield { value: standard.filters ?? [], path: [...at, 'default_filter_chain', 'filters'] };
  }
}

/** Every HTTP connection manager of the static listeners. */
export function* connectionManagers(bootstrap: Bootstrap): Generator<Placed<HttpConnectionManager>> {
  const type = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  for (const { value: filters, path } of filterLists(bootstrap)) {
    for (const [i, filter] of filters.entries()) {
      const manager = unpack(filter.typed_config, type);
      if (manager) yield { value: manager, path: [...path, i, 'typed_config'] };
    }
  }
}
