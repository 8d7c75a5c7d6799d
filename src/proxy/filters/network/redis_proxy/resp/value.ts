/**
 * A value of Redis' protocol, RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec). In texts each
 * character is one byte (latin1).
 */
export type RespValue =
  | { readonly type: 'array' | 'map' | 'set' | 'push'; readonly items: RespValue[] }
  | {
      readonly type: 'bulk' | 'simple' | 'error' | 'bulk-error' | 'verbatim' | 'double' | 'big' | 'boolean';
      readonly text: string;
    }
  | { readonly type: 'integer'; readonly value: bigint }
  | { readonly type: 'null' };

/** What a client may ask: its command and arguments. */
export type Command = readonly [string, ...string[]];

export function simple(text: string): RespValue {
  return { type: 'simple', text };
}

export function bulk(text: string): RespValue {
  return { type: 'bulk', text };
}

export function error(text: string): RespValue {
  return { type: 'error', text };
}

export function isError({ type }: RespValue): boolean {
  return type === 'error' || type === 'bulk-error';
}
