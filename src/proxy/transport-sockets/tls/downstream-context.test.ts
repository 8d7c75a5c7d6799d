import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { it } from 'node:test';
import { type ConnectionOptions, connect, TLSSocket } from 'node:tls';
import { mintAuthority, mintCertificate } from '../../../cert/mint.ts';
import { systemClock } from '../../clock.ts';
import type { ServerContext } from '../../server/context.ts';
import { StatsStore } from '../../stats/store.ts';
import { type DownstreamContext, readDownstreamContext } from './downstream-context.ts';
import { SslStats } from './stats.ts';

const authority = mintAuthority('Lab CA', new Date());
const other = mintAuthority('Other CA', new Date());
const own = mintCertificate({ names: ['a.example'], days: 30 }, authority, new Date());
const ticketKeys = randomBytes(48);
const server = { clock: systemClock } as ServerContext;

function contextTrusting(...authorities: { readonly cert: string }[]): DownstreamContext {
  const scope = new StatsStore().scope('listener');
  const common = {
    tls_certificates: [
      { certificate_chain: { inline_string: own.cert }, private_key: { inline_string: own.key } },
    ],
    validation_context: { trusted_ca: { inline_string: authorities.map(({ cert }) => cert).join('\n') } },
  };
  return readDownstreamContext({}, common, server, new SslStats(scope, 'server'), ticketKeys);
}

/** Connects over TLS 1.2 to a listener with that context; `use` has the connection, which then ends. */
async function visit<T>(
  { contexts }: DownstreamContext,
  options: ConnectionOptions,
  use: (client: TLSSocket) => T | Promise<T>,
): Promise<T> {
  const listener = createServer((socket) => {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext: contexts.initial,
      requestCert: true,
      rejectUnauthorized: false,
    });
    secure.on('error', () => secure.destroy()).resume();
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const client = connect({ port, rejectUnauthorized: false, maxVersion: 'TLSv1.2', ...options });
  client.on('error', () => {});
  try {
    await once(client, 'secureConnect');
    return await use(client);
  } finally {
    client.destroy();
    listener.close();
    await once(listener, 'close');
  }
}

it('takes up sessions of contexts that let in the same clients, and of no others', async () => {
  const session = await visit(contextTrusting(authority), {}, (client) => client.getSession()!);
  const resumes = (context: DownstreamContext) =>
    visit(context, { session }, (client) => client.isSessionReused());
  assert.equal(await resumes(contextTrusting(authority)), true);
  assert.equal(await resumes(contextTrusting(other)), false);
});

it('does not renegotiate', async () => {
  const failure = await visit(contextTrusting(authority), {}, async (client) => {
    const failed = once(client, 'error', { signal: AbortSignal.timeout(10_000) });
    failed.catch(() => {});
    client.renegotiate({ rejectUnauthorized: false }, () => {});
    const [error] = await failed;
    return (error as NodeJS.ErrnoException).code;
  });
  assert.equal(failure, 'ERR_SSL_NO_RENEGOTIATION');
});
