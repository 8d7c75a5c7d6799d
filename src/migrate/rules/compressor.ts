import { EditMap, type EditNode, inherit, newMap } from '../../document/edit/node.ts';
import { newText } from '../../document/edit/read.ts';
import type { Rule } from '../rule.ts';
import { asMap, typedConfig } from '../typed.ts';

const levels: Readonly<Record<string, string>> = {
  DEFAULT: 'DEFAULT_COMPRESSION',
  BEST: 'BEST_COMPRESSION',
  SPEED: 'BEST_SPEED',
};
const strategies: Readonly<Record<string, string>> = {
  DEFAULT: 'DEFAULT_STRATEGY',
  HUFFMAN: 'HUFFMAN_ONLY',
};

/** The gzip filter became the compressor filter with a library of its own. */
const gzip: Rule = {
  of: 'envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter',
  apply(filter) {
    const name = filter.get('name');
    if (name?.kind !== 'scalar' || !/^envoy\.(filters\.http\.)?gzip$/.test(name.text)) return;
    const key = filter.has('typed_config') ? 'typed_config' : 'config';
    const compressor = compressorOf(asMap(filter.get(key)));
    name.text = 'envoy.filters.http.compressor';
    if (filter.has(key)) filter.replace(key, 'typed_config', compressor);
    else filter.set('typed_config', compressor);
  },
};

function compressorOf(gzip: EditMap): EditMap {
  gzip.take('@type');
  // Newer v2 configs have the filter's part in a message of its own.
  const own = gzip.get('compressor');
  const filter = own instanceof EditMap ? own : gzip;
  const library = newMap();
  for (const key of ['memory_level', 'window_bits', 'compression_level', 'compression_strategy'])
    gzip.move(key, library);
  rename(library.get('compression_level'), levels);
  rename(library.get('compression_strategy'), strategies);
  const common = newMap();
  filter.move('runtime_enabled', common, 'enabled');
  filter.move('content_length', common, 'min_content_length');
  filter.move('content_type', common);
  const response = newMap({ common_config: common.pairs.length === 0 ? undefined : common });
  for (const key of ['disable_on_etag_header', 'remove_accept_encoding_header']) filter.move(key, response);
  const made = newMap({
    response_direction_config: response.pairs.length === 0 ? undefined : response,
    compressor_library: newMap({
      name: newText('gzip'),
      typed_config: typedConfig('envoy.extensions.compression.gzip.compressor.v3.Gzip', library),
    }),
  });
  return typedConfig('envoy.extensions.filters.http.compressor.v3.Compressor', inherit(gzip, made));
}

function rename(node: EditNode | undefined, names: Readonly<Record<string, string>>): void {
  if (node?.kind !== 'scalar') return;
  const upper = node.text.toUpperCase();
  node.text = names[upper] ?? upper;
}

export const compressorRules: readonly Rule[] = [gzip];
