import { isNullScalar, type ScalarTree } from './tree.ts';

/** A scalar as plain data, or undefined when it may not stand there. */
export type ScalarResolver = (scalar: ScalarTree) => string | number | boolean | null | undefined;

const isTrue = /^([yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const isFalse = /^([nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
// As C++ streams read an integer of any base: a leading 0 makes it octal.
const isInteger = /^([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/;
const maxInt64 = 2n ** 63n - 1n;

/** A scalar as Envoy's YAML reader sees it. */
export const resolveEnvoyScalar: ScalarResolver = (scalar) => {
  const { text, plain, tag } = scalar;
  if (isNullScalar(scalar)) return null;
  // The tag "!" is what yaml-cpp gives to everything quoted; a tag that is written takes its place.
  if (tag === '!' || (!plain && tag === undefined)) return text;
  if (isTrue.test(text)) return true;
  if (isFalse.test(text)) return false;
  const [, sign, digits] = isInteger.exec(text) ?? [];
  if (digits === undefined) return text;
  const octal = /^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits;
  const value = sign === '-' ? -BigInt(octal) : BigInt(octal);
  if (value > maxInt64 || value < -maxInt64 - 1n) return text;
  const number = Number(value);
  return number === (number | 0) ? number : String(value);
};

const isJsonNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** A scalar as Envoy's JSON reader sees it. */
export const resolveJsonScalar: ScalarResolver = ({ text, plain }) => {
  if (!plain) return text;
  if (text === 'null') return null;
  if (text === 'true') return true;
  if (text === 'false') return false;
  return isJsonNumber.test(text) ? Number(text) : undefined;
};
