import type { google, Messages } from './api.generated.ts';

/** The full name of the message in an Any: what follows the last `/` of `@type`. */
export function typeNameOf(any: google.protobuf.Any): string {
  return any['@type'].slice(any['@type'].lastIndexOf('/') + 1);
}

/** The message in an Any, when it is of that type. It was checked against its type when the config was read. */
export function unpack<Name extends keyof Messages>(
  any: google.protobuf.Any | undefined,
  type: Name,
): Messages[Name] | undefined {
  return any !== undefined && typeNameOf(any) === type ? (any as unknown as Messages[Name]) : undefined;
}
