import { isDeepStrictEqual } from 'node:util';
import type { JsonExpectation } from '../sandbox/check.ts';
import { describeText, matchesText } from './match.ts';
import type { Failure } from './result.ts';
import { firstLines, shorten } from './shorten.ts';

/** Values of a JSON text that are not as expected. */
export function checkJson(expectations: readonly JsonExpectation[], text: string): Failure[] {
  if (expectations.length === 0) return [];
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const actual = text === '' ? 'nothing' : (error as Error).message;
    return [{ what: 'json', expected: 'JSON', actual, detail: firstLines(text) }];
  }
  return expectations.flatMap((expectation) => checkValue(expectation, data));
}

/** What stands at a path; undefined when nothing does. */
export function valueAt(data: unknown, path: JsonExpectation['path']): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function checkValue({ path, text, value: expected }: JsonExpectation, data: unknown): Failure[] {
  const value = valueAt(data, path);
  const failure = (wanted: string): Failure[] => [
    {
      what: `json ${text === '' ? '$' : text}`,
      expected: wanted,
      actual: value === undefined ? 'absent' : shorten(JSON.stringify(value)),
      detail: [],
    },
  ];
  if (expected === null) return value === undefined || value === null ? [] : failure('absent');
  if (expected.kind === 'equals') {
    return isDeepStrictEqual(value, expected.data) ? [] : failure(JSON.stringify(expected.data));
  }
  const asText = typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value);
  return asText !== undefined && matchesText(expected, asText) ? [] : failure(describeText(expected));
}
