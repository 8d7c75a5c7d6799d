import { lowerAscii } from '../../../../http/ascii.ts';
import { bulk, error, type RespValue } from '../resp/value.ts';
import type { LocalCallbacks } from './local.ts';

/** What HELLO is answered, and how that counts: where no password is set, AUTH within it counts as neither. */
export interface HelloAnswer {
  readonly value: RespValue;
  readonly outcome: 'success' | 'error' | undefined;
}

/** `HELLO [2 [AUTH username password] [SETNAME name]]`, answered by the proxy; of RESP3 nothing is spoken. */
export function answerHello(
  [, version, ...options]: readonly string[],
  callbacks: LocalCallbacks,
): HelloAnswer {
  if (version !== undefined && !/^\s*\+?0*2\s*$/.test(version)) {
    return refused('NOPROTO unsupported protocol version');
  }
  let credentials: readonly [string, string] | undefined;
  for (let at = 0; at < options.length; ) {
    const option = lowerAscii(options[at]!);
    if (option === 'auth') {
      const [username, password] = options.slice(at + 1);
      if (username === undefined || password === undefined) {
        return refused('ERR Syntax error: HELLO AUTH requires <username> <password>');
      }
      credentials = [username, password];
      at += 3;
    } else if (option === 'setname') {
      if (options[at + 1] === undefined) {
        return refused('ERR Syntax error: HELLO SETNAME requires a <clientname>');
      }
      at += 2;
    } else return refused(`ERR Syntax error: unknown HELLO option '${options[at]}'`);
  }
  if (credentials !== undefined) {
    const value = callbacks.authenticate(credentials[1], credentials[0]);
    if (value.type === 'error') {
      return { value, outcome: value.text.startsWith('WRONGPASS') ? 'error' : undefined };
    }
  }
  if (!callbacks.allowed) return refused('NOAUTH Authentication required.');
  const pairs: readonly [string, RespValue][] = [
    ['server', bulk('envoy-redis-proxy')],
    ['version', bulk('6.0.0')],
    ['proto', { type: 'integer', value: 2n }],
    ['id', { type: 'integer', value: 0n }],
    ['mode', bulk('standalone')],
    ['role', bulk('master')],
    ['modules', { type: 'array', items: [] }],
  ];
  const items = pairs.flatMap(([name, value]) => [bulk(name), value]);
  return { value: { type: 'array', items }, outcome: 'success' };
}

function refused(text: string): HelloAnswer {
  return { value: error(text), outcome: 'error' };
}
