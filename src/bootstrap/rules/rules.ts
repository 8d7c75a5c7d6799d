import type { Reading } from '../reader/reading.ts';
import type { FieldType, Rules } from '../schema/schema.ts';
import { enumSchema } from '../schema/schema.ts';
import { lengthViolations, numberViolations } from './number.ts';
import { stringViolations } from './string.ts';

/**
 * The rules of protoc-gen-validate that Envoy's API uses, as its C++ code applies them: to a list and each of its
 * items, to a map, its keys and its values. The reading stands at the value.
 */
export function checkRules(reading: Reading, type: FieldType, rules: Rules, value: unknown): void {
  if (Array.isArray(value) && type.kind !== 'listValue') {
    for (const violation of listViolations(rules, value)) reading.report(violation);
    if (rules.items !== undefined) {
      value.forEach((item, i) => {
        reading.within(i, () => checkValue(reading, type, rules.items!, item));
      });
    }
  } else if (rules.min_pairs !== undefined || rules.keys !== undefined || rules.values !== undefined) {
    checkMap(reading, type, rules, value as Record<string, unknown>);
  } else checkValue(reading, type, rules, value);
}

function checkMap(reading: Reading, type: FieldType, rules: Rules, map: Record<string, unknown>): void {
  const keys = Object.keys(map);
  for (const violation of lengthViolations(
    keys.length,
    rules.min_pairs,
    rules.max_pairs,
    'entry',
    'entries',
  )) {
    reading.report(violation);
  }
  for (const key of keys) {
    reading.within(key, () => {
      if (rules.keys !== undefined) {
        for (const violation of stringViolations(rules.keys, key)) {
          reading.report(`the key ${violation}`, { atKey: true });
        }
      }
      if (rules.values !== undefined) checkValue(reading, type, rules.values, map[key]);
    });
  }
}

function checkValue(reading: Reading, type: FieldType, rules: Rules, value: unknown): void {
  for (const violation of violations(type, rules, value)) reading.report(violation);
}

/** What is wrong with one value, each as the end of a sentence about it. */
function violations(type: FieldType, rules: Rules, value: unknown): string[] {
  if (type.kind === 'enum') return enumViolations(type.name, rules, value);
  if (typeof value === 'string') return stringViolations(rules, value);
  if (typeof value === 'number') return numberViolations(rules, value, type.kind === 'duration');
  if (typeof value === 'boolean') {
    return rules.const === undefined || rules.const === value ? [] : [`must be ${rules.const}`];
  }
  if (Buffer.isBuffer(value)) {
    if (rules.ignore_empty === true && value.length === 0) return [];
    return lengthViolations(value.length, rules.min_len, rules.max_len, 'byte', 'bytes');
  }
  return [];
}

function enumViolations(name: string, rules: Rules, value: unknown): string[] {
  const { values } = enumSchema(name)!;
  if (typeof value === 'number') {
    if (rules.defined_only !== true) return [];
    return [`must be one of ${values.map((known) => known.name).join(', ')}, not ${value}`];
  }
  const number = values.find((known) => known.name === value)?.number;
  const refused = (rules.not_in as number[] | undefined)?.includes(number!);
  return refused ? [`must not be ${value}`] : [];
}

function listViolations(rules: Rules, list: readonly unknown[]): string[] {
  if (rules.ignore_empty === true && list.length === 0) return [];
  const found = lengthViolations(list.length, rules.min_items, rules.max_items, 'item', 'items');
  if (rules.unique === true && new Set(list).size < list.length) found.push('must not hold a value twice');
  return found;
}
