import { isNullScalar, type ScalarTree } from './tree.ts';

/** A scalar as plain data, or undefined when it may not stand there. */
export type ScalarResolver = (scalar: ScalarTree) => string | number | boolean | null | undefined;

const isTrue = /^([yY]|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const isFalse = /^([nN]|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
// As C++ streams read an integer of any base: a leading 0 makes it octal.
const isInteger = /^([+-]?)(0[xX][\da-fA-F]+|0[0-7]*|[1-9]\d*)$/;
const maxInt64 = 2n ** 63n - 1n;

const isCoreNumber = /^([-+]?\d+|0o[0-7]+|0x[\da-fA-F]+|[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?)$/;
const isCoreSpecial = /^(?:([-+]?)\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A scalar by the core schema of YAML 1.2, 10.3.2. */
export const resolveCoreScalar: ScalarResolver = (scalar) => {
  const { text, plain } = scalar;
  if (!plain) return text;
  if (isNullScalar(scalar)) return null;
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  if (isCoreNumber.test(text)) return Number(text);
  const special = isCoreSpecial.exec(text);
  if (special === null) return text;
  if (special[1] === undefined) return Number.NaN;
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
};

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

const isGoFloat = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const isGoInteger = /^([-+]?)(?:0([0-7]+)|(0[bB][01]+|0[oO][0-7]+|0[xX][\da-fA-F]+|0|[1-9]\d*))$/;

/** A scalar as kubectl's YAML reader sees it (sigs.k8s.io/yaml, whose scalars are those of YAML 1.1). */
export const resolveKubernetesScalar: ScalarResolver = (scalar) => {
  const { text, plain, tag } = scalar;
  if (!plain || tag === 'tag:yaml.org,2002:str') return text;
  if (isNullScalar(scalar)) return null;
  if (isTrue.test(text)) return true;
  if (isFalse.test(text)) return false;
  const number = text.replaceAll('_', '');
  const [, sign, octal, digits] = isGoInteger.exec(number) ?? [];
  if (octal !== undefined || digits !== undefined) {
    const value = Number(octal === undefined ? digits!.toLowerCase() : `0o${octal}`);
    return sign === '-' ? -value : value;
  }
  return isGoFloat.test(number) ? Number(number) : text;
};
