import { isDeepStrictEqual } from 'node:util';
import { error, type RespValue } from '../resp/value.ts';
import { combineInfo } from './info.ts';

/** Makes one answer of those of all hosts, none of which is an error. */
export type Combine = (answers: readonly RespValue[]) => RespValue;

/** How answers of a command for all hosts are put together; undefined: the command is not let through. */
export function aggregation(command: string, subcommand: string): Combine | undefined {
  switch (command) {
    case 'script':
    case 'flushall':
    case 'flushdb':
    case 'select':
      return allAlike;
    case 'config':
      if (subcommand === 'get') return joined;
      return ['set', 'rewrite', 'resetstat'].includes(subcommand) ? allAlike : undefined;
    case 'slowlog':
      if (subcommand === 'reset') return allAlike;
      if (subcommand === 'get') return joined;
      return subcommand === 'len' ? added : undefined;
    case 'keys':
      return joined;
    case 'role':
      return listed;
    case 'info':
      return (answers) => combineInfo(answers, subcommand);
    default:
      return undefined;
  }
}

const allAlike: Combine = (answers) =>
  answers.every((value) => isDeepStrictEqual(value, answers[0]))
    ? answers[0]!
    : error('all responses not same');

const added: Combine = (answers) => {
  let sum = 0n;
  for (const value of answers) {
    if (value.type !== 'integer') return error('non-integer response received from shard');
    if (value.value < 0n) return error('negative value received from upstream');
    sum += value.value;
  }
  return { type: 'integer', value: BigInt.asIntN(64, sum) };
};

const joined: Combine = (answers) => ofArrays(answers, (value) => value.items);
const listed: Combine = (answers) => ofArrays(answers, (value) => [value]);

function ofArrays(
  answers: readonly RespValue[],
  itemsOf: (value: RespValue & { items: RespValue[] }) => RespValue[],
): RespValue {
  const items: RespValue[] = [];
  for (const value of answers) {
    if (value.type !== 'array') return error('non-array response received from shard');
    // One by one: a call takes no hundreds of thousands of arguments, and an array may have them.
    for (const item of itemsOf(value as RespValue & { items: RespValue[] })) items.push(item);
  }
  return { type: 'array', items };
}
