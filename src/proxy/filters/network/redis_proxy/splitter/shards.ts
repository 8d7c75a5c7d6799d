import { lowerAscii } from '../../../../http/ascii.ts';
import { allowedSubcommands } from '../commands.ts';
import type { Handle } from '../pool/redis-client.ts';
import type { RedisPool } from '../pool/redis-pool.ts';
import { isError, type RespValue } from '../resp/value.ts';
import { aggregation } from './aggregation.ts';
import { Fragments } from './fragments.ts';
import { finish } from './multi-key.ts';
import { type Handler, noUpstreamHost, type SplitRequest } from './split-request.ts';

/** SCAN: to all hosts; the arrays they answer are joined. */
export const scan: Handler = (request) => {
  const pool = request.routeWord(1)?.pool;
  const count = pool?.hostCount() ?? 0;
  if (pool === undefined || count === 0) return refuseNoHost(request);
  return Fragments.start(
    count,
    (index, callbacks) => pool.makeRequestToShard(index, request.words, callbacks),
    (answers) => {
      const items = answers.flatMap((value) => (value.type === 'array' ? value.items : []));
      const errors = answers.filter(({ type }) => type !== 'array').length;
      finish(request, errors, { type: 'array', items });
    },
  );
};

/** Commands for all hosts, whose answers must be alike or are put together. */
export const everyHost: Handler = (request) => {
  const pool = keylessPool(request);
  if (pool === undefined) return undefined;
  const { words, command } = request;
  const combine = aggregation(lowerAscii(command), lowerAscii(words[1] ?? ''));
  if (combine === undefined) {
    request.refuse('ERR unsupported cluster scope command or invalid arguments');
    return undefined;
  }
  return Fragments.start(
    pool.count,
    (index, callbacks) => pool.pool.makeRequestToShard(index, words, callbacks),
    (answers) => {
      const failed = answers.find(isError);
      const value = failed ?? combine(answers);
      request.finish(!isError(value), value);
    },
  );
};

/** Commands for any one host. */
export const anyHost: Handler = (request) => {
  const pool = keylessPool(request);
  if (pool === undefined) return undefined;
  return toOne(request, pool.pool, Math.floor(Math.random() * pool.count), request.words);
};

/** `INFO.SHARD number [section]`: INFO of one host. */
export const infoShard: Handler = (request) => {
  const { words } = request;
  if (words.length < 2 || words.length > 3) {
    request.refuseArguments();
    return undefined;
  }
  const number = /^\s*\+?0*(\d{1,5})\s*$/.exec(words[1]!)?.[1];
  if (number === undefined || Number(number) > 65_535) {
    request.refuse('ERR invalid shard_id - must be a numeric shard index');
    return undefined;
  }
  const pool = request.route('', 'info')?.pool;
  const count = pool?.hostCount() ?? 0;
  if (pool === undefined || count === 0) return refuseNoHost(request);
  if (Number(number) >= count) {
    request.refuse(`ERR shard_id ${Number(number)} out of range (0-${count - 1})`);
    return undefined;
  }
  return toOne(request, pool, Number(number), ['INFO', ...words.slice(2)]);
};

/** The pool for commands without a key and how many hosts it has; undefined: the command was refused. */
function keylessPool(request: SplitRequest): { pool: RedisPool; count: number } | undefined {
  const command = lowerAscii(request.command);
  const subcommand = lowerAscii(request.words[1] ?? '');
  if (request.words.length > 1 && allowedSubcommands[command]?.has(subcommand) === false) {
    request.refuse(`ERR ${command} subcommand '${subcommand}' is not supported`);
    return undefined;
  }
  const pool = request.route('')?.pool;
  const count = pool?.hostCount() ?? 0;
  if (pool !== undefined && count > 0) return { pool, count };
  refuseNoHost(request);
  return undefined;
}

function toOne(
  request: SplitRequest,
  pool: RedisPool,
  index: number,
  words: readonly string[],
): Handle | undefined {
  return Fragments.start(
    1,
    (_, callbacks) => pool.makeRequestToShard(index, words, callbacks),
    (answers) => {
      const value = answers[0] as RespValue;
      request.finish(!isError(value), value);
    },
  );
}

function refuseNoHost(request: SplitRequest): undefined {
  request.refuse(noUpstreamHost);
}
