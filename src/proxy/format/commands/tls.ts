import { type Command, plain } from '../command.ts';
import type { FormatContext } from '../context.ts';
import { formatError } from '../error.ts';

function option(value: string, allowed: readonly string[]): void {
  if (allowed.includes(value)) return;
  const list = allowed.map((name) => `'${name}'`).join('/');
  throw formatError(`Invalid REQUESTED_SERVER_NAME option: '${value}', only ${list} are allowed`);
}

function hostOf({ request }: FormatContext, source: string): string | undefined {
  if (source === 'HOST') return request?.authority;
  const original = request?.get('x-envoy-original-host');
  return source === 'ORIG' ? original : (original ?? request?.authority);
}

export const tlsCommands: readonly Command[] = [
  plain('DOWNSTREAM_TLS_VERSION', ({ info }) => info.connection.tls?.version),
  plain('DOWNSTREAM_TLS_CIPHER', ({ info }) => info.connection.tls?.cipher),
  {
    name: 'REQUESTED_SERVER_NAME',
    parameter: 'optional',
    compile(parameter) {
      const [first, source = 'ORIG_OR_HOST'] = (parameter || 'SNI_ONLY').split(':') as [string, string?];
      option(first, ['SNI_ONLY', 'SNI_FIRST', 'HOST_FIRST']);
      option(source, ['ORIG_OR_HOST', 'HOST', 'ORIG']);
      const serverName = ({ info }: FormatContext) =>
        info.connection.tls?.serverName || info.connection.requestedServerName || undefined;
      if (first === 'SNI_ONLY') return serverName;
      if (first === 'SNI_FIRST') return (context) => serverName(context) ?? hostOf(context, source);
      return (context) => hostOf(context, source) ?? serverName(context);
    },
  },
];
