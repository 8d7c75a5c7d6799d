import { trimAscii } from '../../../http/ascii.ts';
import type { RequestHeaders } from '../../../http/headers.ts';
import { parseIp } from './ip-address.ts';

/** An address found in x-forwarded-for, and whether it was the only one there. */
export interface ForwardedAddress {
  readonly address: string;
  readonly single: boolean;
}

/** The last address of x-forwarded-for but `skip`; undefined when there is none or it is not an address. */
export function lastForwardedFor(headers: RequestHeaders, skip: number): ForwardedAddress | undefined {
  let value = headers.get('x-forwarded-for');
  if (value === undefined) return undefined;
  for (let i = 0; i < skip; i++) {
    const comma = value.lastIndexOf(',');
    if (comma < 0) return undefined;
    value = value.slice(0, comma);
  }
  const comma = value.lastIndexOf(',');
  if (comma >= 0 && comma + 1 < value.length) value = value.slice(comma + 1);
  const address = parseIp(trimAscii(value));
  return address === undefined ? undefined : { address, single: comma < 0 && skip === 0 };
}

/** Adds one more element to a list field. */
export function appendToList(headers: RequestHeaders, name: string, value: string, separator: string): void {
  const at = headers.names.indexOf(name);
  if (at < 0) headers.add(name, value);
  else {
    const before = headers.values[at]!;
    headers.values[at] = before === '' ? value : before + separator + value;
  }
}
