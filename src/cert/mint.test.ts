import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { mintAuthority, mintCertificate } from './mint.ts';

const now = new Date();
const ca = mintAuthority('ca', now);
const names = ['web', '*.example.com', '127.0.0.1', '::1', '2001:db8::ff00:42:8329'];

describe('a certificate', () => {
  const pair = mintCertificate({ names, days: 30 }, ca, now);
  const cert = new X509Certificate(pair.cert);
  const authority = new X509Certificate(ca.cert);

  it('names what it is for', () => {
    assert.equal(cert.subject, 'CN=web');
    assert.equal(
      cert.subjectAltName,
      'DNS:web, DNS:*.example.com, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:FF00:42:8329',
    );
    assert.equal(cert.checkHost('a.example.com'), '*.example.com');
    assert.equal(cert.checkIP('2001:db8::ff00:42:8329'), '2001:db8::ff00:42:8329');
  });

  it('is signed by its authority, and its key is its own', () => {
    assert.ok(cert.verify(authority.publicKey));
    assert.ok(cert.checkIssued(authority));
    assert.ok(cert.checkPrivateKey(createPrivateKey(pair.key)));
    assert.equal(cert.ca, false);
    assert.equal(authority.ca, true);
    assert.notEqual(
      cert.serialNumber,
      new X509Certificate(mintCertificate({ names, days: 30 }, ca, now).cert).serialNumber,
    );
  });

  it('is valid for its days', () => {
    assert.ok(new Date(cert.validFrom) < now);
    assert.equal(Math.round((Date.parse(cert.validTo) - now.getTime()) / 86_400_000), 30);
    const old = new X509Certificate(mintCertificate({ names, days: -3 }, ca, now).cert);
    assert.ok(new Date(old.validTo) < now);
    assert.ok(new Date(old.validFrom) < new Date(old.validTo));
    const far = new X509Certificate(mintCertificate({ names, days: 36_500 }, ca, now).cert);
    assert.equal(
      new Date(far.validTo).getUTCFullYear(),
      new Date(now.getTime() + 36_500 * 86_400_000).getUTCFullYear(),
    );
  });
});

describe('a TLS connection', () => {
  const pair = mintCertificate({ names: ['web'], days: 1 }, ca, now);
  const server = createServer({ ...pair, ca: ca.cert, requestCert: true }, (socket) => socket.end('hi'));
  before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
  after(() => server.close());
  const open = async (options: { ca: string; servername: string }): Promise<TLSSocket> => {
    const { port } = server.address() as { port: number };
    const socket = connect({ port, host: '127.0.0.1', ...pair, ...options });
    await once(socket, 'secureConnect');
    return socket;
  };

  it('is trusted both ways with the authority', async () => {
    const accepted = once(server, 'secureConnection');
    const socket = await open({ ca: ca.cert, servername: 'web' });
    assert.ok(socket.authorized);
    assert.ok(((await accepted)[0] as TLSSocket).authorized);
    socket.destroy();
  });

  it('is refused with another authority, or for another name', async () => {
    const other = mintAuthority('ca', now);
    await assert.rejects(open({ ca: other.cert, servername: 'web' }));
    await assert.rejects(open({ ca: ca.cert, servername: 'other' }), /ERR_TLS_CERT_ALTNAME_INVALID|altnames/);
  });
});

it('openssl finds nothing wrong', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cert-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const leaf = mintCertificate({ names, days: 1 }, ca, now).cert;
  const verify = ['verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', file('ca.pem', ca.cert)];
  try {
    assert.match(execFileSync('openssl', [...verify, file('leaf.pem', leaf)], { encoding: 'utf8' }), /: OK/);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    t.skip('no openssl on this machine');
  }
  const self = new X509Certificate(mintCertificate({ names: ['web'], days: 1 }, 'self', now).cert);
  assert.ok(self.verify(self.publicKey));
});
