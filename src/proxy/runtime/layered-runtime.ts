import type { envoy, google } from '../../bootstrap/api.generated.ts';
import { fields, type SupportTable } from '../../bootstrap/support.ts';
import { LabError } from '../../error.ts';
import type { Scope } from '../stats/stats.ts';
import { isFraction, type RuntimeEntry, staticEntry, textEntry } from './entry.ts';
import type { Fraction, Runtime } from './runtime.ts';

interface Layer {
  readonly name: string;
  readonly entries: ReadonlyMap<string, RuntimeEntry>;
}

/** What `/runtime` shows. */
export interface RuntimeDump {
  readonly layers: string[];
  readonly entries: Record<string, { layer_values: string[]; final_value: string }>;
}

/**
 * Envoy's layered runtime: static layers from the bootstrap and at most one admin layer that `/runtime_modify`
 * writes. Of a key that several layers have the last wins.
 *
 * @see https://www.envoyproxy.io/docs/envoy/latest/configuration/operations/runtime
 */
export class LayeredRuntime implements Runtime {
  readonly #layers: readonly Layer[];
  readonly #adminLayer: Map<string, RuntimeEntry> | undefined;
  readonly #stats: RuntimeStats;
  #final = new Map<string, RuntimeEntry>();

  /** @throws LabError in Envoy's words for layers it refuses */
  constructor(config: envoy.config.bootstrap.v3.LayeredRuntime | undefined, stats: Scope) {
    const layers: Layer[] = [];
    let adminLayer: Map<string, RuntimeEntry> | undefined;
    for (const { name, static_layer: struct, admin_layer: admin } of config?.layers ?? []) {
      if (layers.some((layer) => layer.name === name))
        throw new LabError('invalid', `Duplicate layer name: ${name}`);
      const entries = new Map<string, RuntimeEntry>();
      if (struct) flatten('', struct, entries);
      if (admin) {
        if (adminLayer)
          throw new LabError(
            'invalid',
            'Too many admin layers specified in LayeredRuntime, at most one may be specified',
          );
        adminLayer = entries;
      }
      layers.push({ name, entries });
    }
    this.#layers = layers;
    this.#adminLayer = adminLayer;
    this.#stats = runtimeStats(stats);
    // Envoy loads once to build the server and once more to start it; both count.
    this.#load();
    this.#load();
  }

  get(key: string): string | undefined {
    return this.#final.get(key)?.text;
  }

  integer(key: string, defaultValue: number): number {
    return this.#final.get(key)?.integer ?? defaultValue;
  }

  boolean(key: string, defaultValue: boolean): boolean {
    return this.#final.get(key)?.boolean ?? defaultValue;
  }

  fractionEnabled(key: string, defaultValue: Fraction, random: number): boolean {
    const entry = key === '' ? undefined : this.#final.get(key);
    let fraction = defaultValue;
    if (entry?.fraction) fraction = entry.fraction;
    else if (entry?.integer !== undefined) fraction = { numerator: entry.integer, denominator: 100 };
    return random % fraction.denominator < fraction.numerator;
  }

  /**
   * Sets keys in the admin layer, all at once; an empty value takes the override away.
   *
   * @throws LabError when there is no admin layer
   */
  override(values: ReadonlyMap<string, string>): void {
    if (this.#adminLayer === undefined) throw new LabError('invalid', 'No admin layer specified');
    for (const [key, value] of values) {
      if (value === '') this.#adminLayer.delete(key);
      else this.#adminLayer.set(key, textEntry(value));
    }
    this.#load();
  }

  dump(): RuntimeDump {
    const entries: RuntimeDump['entries'] = {};
    for (const key of Array.from(this.#final.keys()).sort())
      entries[key] = {
        layer_values: this.#layers.map((layer) => layer.entries.get(key)?.text ?? ''),
        final_value: this.#final.get(key)!.text,
      };
    return { layers: this.#layers.map((layer) => layer.name), entries };
  }

  #load(): void {
    const final = new Map<string, RuntimeEntry>();
    for (const layer of this.#layers) for (const [key, entry] of layer.entries) final.set(key, entry);
    this.#final = final;
    this.#stats.loadSuccess.inc();
    this.#stats.overrideDirNotExists.inc();
    this.#stats.numKeys.set(final.size);
    this.#stats.numLayers.set(this.#layers.length);
    this.#stats.adminOverridesActive.set(this.#adminLayer?.size ? 1 : 0);
  }
}

type RuntimeStats = ReturnType<typeof runtimeStats>;

function runtimeStats(stats: Scope) {
  const scope = stats.scope('runtime');
  // Those that never move are there to be seen.
  for (const name of ['deprecated_feature_use', 'load_error', 'override_dir_exists']) scope.counter(name);
  scope.gauge('deprecated_feature_seen_since_process_start');
  return {
    loadSuccess: scope.counter('load_success'),
    overrideDirNotExists: scope.counter('override_dir_not_exists'),
    numKeys: scope.gauge('num_keys'),
    numLayers: scope.gauge('num_layers'),
    adminOverridesActive: scope.gauge('admin_overrides_active'),
  };
}

/** `{a: {b: 1}}` is the key `a.b`. */
function flatten(prefix: string, struct: google.protobuf.Struct, entries: Map<string, RuntimeEntry>): void {
  for (const [name, value] of Object.entries(struct)) {
    const key = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !isFraction(value)) {
      flatten(key, value, entries);
      continue;
    }
    const entry = staticEntry(value);
    if (entry === undefined) throw new LabError('invalid', `Invalid runtime entry value for ${key}`);
    entries.set(key, entry);
  }
}

export const runtimeSupport: SupportTable = {
  'envoy.config.bootstrap.v3.LayeredRuntime': fields('layers'),
  'envoy.config.bootstrap.v3.RuntimeLayer': fields('name', 'static_layer', 'admin_layer'),
  'envoy.config.bootstrap.v3.RuntimeLayer.AdminLayer': {},
};
