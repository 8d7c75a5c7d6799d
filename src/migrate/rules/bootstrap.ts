import { messageSchema } from '../../bootstrap/schema/schema.ts';
import {
  type EditMap,
  type EditNode,
  inherit,
  newList,
  newMap,
  plainScalar,
} from '../../document/edit/node.ts';
import type { Rule } from '../rule.ts';
import { asMap } from '../typed.ts';

/** `runtime` became layers, in the order Envoy 1.16 made of it: the lowest first, what admin sets last. */
const runtime: Rule = {
  of: 'envoy.config.bootstrap.v3.Bootstrap',
  apply(bootstrap) {
    const given = bootstrap.get('runtime');
    if (given === undefined || bootstrap.has('layered_runtime')) return;
    const old = asMap(given);
    const symlinkRoot = old.get('symlink_root');
    const layer = (name: string, content: EditMap) => {
      content.setFirst('name', plainScalar(name));
      return content;
    };
    const layers: EditMap[] = [];
    if (old.has('base')) {
      const base = newMap();
      old.move('base', base, 'static_layer');
      layers.push(layer('base', base));
    }
    if (symlinkRoot !== undefined) {
      const disk = newMap();
      old.move('symlink_root', disk);
      old.move('subdirectory', disk);
      layers.push(layer('root', newMap({ disk_layer: disk })));
      if (old.has('override_subdirectory')) {
        const again = newMap({
          symlink_root: { ...symlinkRoot, before: undefined, after: undefined } as EditNode,
        });
        old.move('override_subdirectory', again, 'subdirectory');
        again.set('append_service_cluster', plainScalar('true'));
        layers.push(layer('override', newMap({ disk_layer: again })));
      }
    }
    layers.push(layer('admin', newMap({ admin_layer: newMap() })));
    bootstrap.replace('runtime', 'layered_runtime', inherit(given, newMap({ layers: newList(layers) })));
  },
};

/** Envoy tells its version by itself. */
const buildVersion: Rule = {
  of: 'envoy.config.core.v3.Node',
  apply(node, migration) {
    const pair = node.drop('build_version');
    if (pair !== undefined)
      migration.note('build_version is left out: Envoy tells its version itself', pair.key);
  },
};

/** Keys that allowed what was deprecated in v2 allow nothing any more. */
const allowances: Rule = {
  of: 'envoy.config.bootstrap.v3.RuntimeLayer',
  apply(layer, migration) {
    const values = layer.get('static_layer');
    if (values?.kind !== 'map') return;
    const allowed = values.pairs
      .map(({ key }) => key.text)
      .filter((key) => /^envoy\.deprecated_features[.:]/.test(key));
    for (const key of allowed) {
      const name = key.slice(key.indexOf(':') + 1);
      if (messageSchema(name.slice(0, name.lastIndexOf('.'))) !== undefined) continue;
      migration.note(`${key} is left out: Envoy has no such name any more`, values.drop(key)?.key);
    }
  },
};

/** A path that is watched became a message. */
const watchedPath: Rule = {
  of: 'envoy.config.core.v3.ConfigSource',
  apply(source) {
    const path = source.get('path');
    if (path !== undefined) source.replace('path', 'path_config_source', newMap({ path }));
  },
};

export const bootstrapRules: readonly Rule[] = [runtime, allowances, buildVersion, watchedPath];
