import { lowerAscii } from '../../../../http/ascii.ts';
import { multiKeyCommands, simpleCommands, transactionCommands } from '../commands.ts';
import type { Handle } from '../pool/redis-client.ts';
import { error, simple } from '../resp/value.ts';
import { send } from './single.ts';
import type { Handler, SplitRequest } from './split-request.ts';

const nothing = { onResponse: () => {}, onFailure: () => {} };

/**
 * MULTI, EXEC, DISCARD, WATCH, UNWATCH, and while a transaction is open every command: all go to the host of the first key,
 * over a connection of the transaction's own. MULTI itself is sent when that key is known; nothing is sent of a
 * transaction without one.
 */
export const transactional: Handler = (request) => {
  const { callbacks, command } = request;
  const { transaction } = callbacks;
  const name = lowerAscii(command);
  if (!transactionCommands.has(name) && !simpleCommands.has(name) && !multiKeyCommands.has(name)) {
    return answer(request, error(`'${command}' command is not supported within transaction`));
  }
  if (name === 'multi') {
    if (transaction.active) return answer(request, error('MULTI calls can not be nested'));
    transaction.start();
    if (transaction.key === '') return answer(request, simple('OK'));
  } else if (name === 'exec' || name === 'discard') {
    if (!transaction.active) return answer(request, error(`${name.toUpperCase()} without MULTI`));
    if (transaction.key === '') {
      transaction.close();
      return answer(request, name === 'exec' ? { type: 'array', items: [] } : simple('OK'));
    }
    transaction.shouldClose = true;
  } else if (name === 'watch' && !transaction.active) {
    transaction.key = request.words[1] ?? '';
  }
  return forward(request, name);
};

function forward(request: SplitRequest, name: string): Handle | undefined {
  const { transaction } = request.callbacks;
  if (transaction.key === '' && name === 'unwatch') {
    return answer(request, simple(transaction.active ? 'QUEUED' : 'OK'));
  }
  const opening = transaction.key === '';
  if (opening) transaction.key = request.words[1] ?? '';
  const target = request.route(transaction.key);
  if (target !== undefined) transaction.key = target.key;
  if (opening && target !== undefined) {
    target.pool.makeRequest(target.key, ['MULTI'], nothing, transaction);
    transaction.established = true;
  }
  const handle = send(request, target);
  if (name === 'unwatch' && !transaction.active) transaction.key = '';
  if (name === 'multi' && handle !== undefined) transaction.established = true;
  return handle;
}

function answer(request: SplitRequest, value: ReturnType<typeof error>): undefined {
  request.callbacks.onResponse(value);
}
