import type { SecureContext, SecureContextOptions, TLSSocket } from 'node:tls';
import type { OwnCertificate } from './certificate-source.ts';
import { loadTls } from './node-tls.ts';

/**
 * Which certificate a client gets, as Envoy chooses: one that names the server exactly, then one with a wildcard, else the
 * first. Of those that fit, the client's abilities choose between one with an ECDSA and one with an RSA key.
 */
export class ServerContexts {
  readonly certificates: readonly OwnCertificate[];
  /** What every connection begins with; of several certificates it has none yet. */
  readonly initial: SecureContext;
  /** For clients that name no server. */
  readonly #unnamed: readonly SecureContext[];
  readonly #mismatch: readonly SecureContext[];
  /** By server name; those of wildcards begin with a dot. */
  readonly #named = new Map<string, readonly SecureContext[]>();

  /**
   * `base`: what all connections have. `fullScan`: a name that no certificate has chooses among all of them.
   *
   * @throws what OpenSSL says of options it does not take
   */
  constructor(certificates: readonly OwnCertificate[], base: SecureContextOptions, fullScan: boolean) {
    const { createSecureContext } = loadTls();
    this.certificates = certificates;
    this.initial = createSecureContext({
      ...base,
      ...(certificates.length === 1 && certificates[0]!.options),
    });
    const made = certificates.map((one) => createSecureContext({ ...one.options, ca: [] }));
    const contextsOf = (chosen: readonly OwnCertificate[]) =>
      oneOfEachType(chosen).map((one) => made[certificates.indexOf(one)]!);
    this.#unnamed = contextsOf(certificates);
    this.#mismatch = fullScan ? this.#unnamed : made.slice(0, 1);
    for (const name of new Set(certificates.flatMap(serverNames))) {
      this.#named.set(name, contextsOf(certificates.filter((one) => serverNames(one).includes(name))));
    }
  }

  /** Those whose certificates OpenSSL may choose from; `name` as in the ClientHello, which Envoy compares as it is. */
  find(name: string | undefined): readonly SecureContext[] {
    if (!name) return this.#unnamed;
    const dot = name.indexOf('.');
    return (
      this.#named.get(name) ?? (dot < 0 ? undefined : this.#named.get(name.slice(dot))) ?? this.#mismatch
    );
  }

  /**
   * Has a connection choose once the ClientHello is there. Node's own SNICallback is not called for clients that name no
   * server, and takes one certificate only.
   */
  chooseFor(socket: TLSSocket): void {
    const { _handle: handle } = socket as TLSSocket & { readonly _handle: CertificateCallback };
    const proceed = handle.oncertcb;
    handle.oncertcb = (hello) => {
      for (const context of this.find(hello.servername)) socket.setKeyCert(context);
      proceed.call(handle, hello);
    };
  }
}

/** What of a TLSSocket's handle calls back when a certificate is wanted. */
interface CertificateCallback {
  oncertcb(hello: { readonly servername?: string }): void;
}

/** DNS names of a certificate; its common name where it has no alternative names at all. */
function serverNames({ facts }: OwnCertificate): string[] {
  const dns = facts.names.filter(({ type }) => type === 'DNS').map(({ value }) => value);
  const names =
    facts.names.length > 0 ? dns : [/^CN=([^,+]*)|[,+]CN=([^,+]*)/.exec(facts.subject)?.[1] ?? ''];
  return names.filter((name) => name !== '').map((name) => (name.startsWith('*.') ? name.slice(1) : name));
}

function oneOfEachType(certificates: readonly OwnCertificate[]): OwnCertificate[] {
  const types = new Set<string>();
  return certificates.filter(({ facts }) => {
    const type = facts.x509.publicKey.asymmetricKeyType ?? '';
    const first = !types.has(type);
    types.add(type);
    return first;
  });
}
