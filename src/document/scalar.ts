import { isScalar, type Scalar } from 'yaml';

/** A scalar as plain data, or undefined when it may not stand there. */
export type ScalarResolver = (scalar: Scalar) => string | number | boolean | null | undefined;

const isNull = /^(|~|null|Null|NULL)$/;
const isTrue = /^([yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const isFalse = /^([nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
// As C++ streams read an integer of any base: a leading 0 makes it octal.
const isInteger = /^([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/;
const maxInt64 = 2n ** 63n - 1n;

/** A scalar as Envoy's YAML reader sees it. */
export const resolveEnvoyScalar: ScalarResolver = (scalar) => {
  const source = String(scalar.source ?? scalar.value ?? '');
  const tagged = scalar.tag !== undefined;
  const plain = scalar.type === 'PLAIN' || scalar.type === undefined;
  if (plain && !tagged && isNull.test(source)) return null;
  // The tag "!" is what yaml-cpp gives to everything quoted; a tag that is written takes its place.
  if (scalar.tag === '!' || (!plain && !tagged)) return source;
  if (isTrue.test(source)) return true;
  if (isFalse.test(source)) return false;
  const [, sign, digits] = isInteger.exec(source) ?? [];
  if (digits === undefined) return source;
  const octal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = sign === '-' ? -BigInt(octal) : BigInt(octal);
  if (value > maxInt64 || value < -maxInt64 - 1n) return source;
  const number = Number(value);
  return number === (number | 0) ? number : String(value);
};

const isJsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A scalar as Envoy's JSON reader sees it. */
export const resolveJsonScalar: ScalarResolver = (scalar) => {
  const source = String(scalar.source ?? scalar.value ?? '');
  if (scalar.type !== 'PLAIN') return source;
  if (source === 'null') return null;
  if (source === 'true') return true;
  if (source === 'false') return false;
  return isJsonNumber.test(source) ? Number(source) : undefined;
};

/** A map's key as text; undefined when it is a list or a map. */
export function keyText(key: unknown): string | undefined {
  if (key === null) return 'null';
  if (!isScalar(key)) return undefined;
  const source = String(key.source ?? key.value ?? '');
  const plain = key.type === 'PLAIN' || key.type === undefined;
  return plain && key.tag === undefined && isNull.test(source) ? 'null' : source;
}
