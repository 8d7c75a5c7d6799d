import { isRecord } from '../config.ts';

/** Envoy takes the names of fields as they are in its API, and in camel case. */
export function fieldName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A field of a message, whichever way it is written. */
export function field(message: unknown, name: string): unknown {
  if (!isRecord(message)) return undefined;
  return Object.entries(message).find(([key]) => fieldName(key) === name)?.[1];
}

/** Follows fields down: `down(config, 'static_resources', 'clusters')`. */
export function down(message: unknown, ...names: readonly string[]): unknown {
  return names.reduce(field, message);
}

export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
