import { error, isError, type RespValue, simple } from '../resp/value.ts';
import { Fragments } from './fragments.ts';
import { type Handler, type SplitRequest, upstreamProtocolError } from './split-request.ts';

/** MGET: a GET for each key; what is no text is an error in its place. */
export const mget: Handler = (request) => {
  const { words } = request;
  return Fragments.start(
    words.length - 1,
    (index, callbacks) => {
      const target = request.routeWord(index + 1, 'get');
      return target?.pool.makeRequest(target.key, ['get', target.key], callbacks) ?? null;
    },
    (answers) => {
      const items = answers.map(asText);
      request.finish(!items.some(isError), { type: 'array', items });
    },
  );
};

function asText(value: RespValue): RespValue {
  if (isError(value) || value.type === 'bulk' || value.type === 'null') return value;
  return error(upstreamProtocolError);
}

/** MSET: a SET for each key. */
export const mset: Handler = (request) => {
  const { words } = request;
  if (words.length % 2 === 0) {
    request.refuseArguments();
    return undefined;
  }
  return Fragments.start(
    (words.length - 1) / 2,
    (index, callbacks) => {
      const target = request.routeWord(2 * index + 1, 'set');
      const value = words[2 * index + 2]!;
      return target?.pool.makeRequest(target.key, ['set', target.key, value], callbacks) ?? null;
    },
    (answers) => {
      const errors = answers.filter((value) => !(value.type === 'simple' && value.text === 'OK')).length;
      finish(request, errors, simple('OK'));
    },
  );
};

/** DEL and the like: the same command for each key, and the sum of the answers. */
export const sum: Handler = (request) => {
  const { words, command } = request;
  return Fragments.start(
    words.length - 1,
    (index, callbacks) => {
      const target = request.routeWord(index + 1);
      return target?.pool.makeRequest(target.key, [command, target.key], callbacks) ?? null;
    },
    (answers) => {
      let total = 0n;
      let errors = 0;
      for (const value of answers) {
        if (value.type === 'integer') total = BigInt.asIntN(64, total + value.value);
        else errors++;
      }
      finish(request, errors, { type: 'integer', value: total });
    },
  );
};

/** The value, unless some parts failed. */
export function finish(request: SplitRequest, errors: number, value: RespValue): void {
  request.finish(errors === 0, errors === 0 ? value : error(`finished with ${errors} error(s)`));
}
