/** What a certificate is for. */
export interface CertRequest {
  /** Subject alternative names; the first is the common name. */
  readonly names: readonly string[];
  /** Days from `now` until it expires; 0 or less: it has expired. */
  readonly days: number;
}

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** A new certificate authority. */
export function mintAuthority(_name: string, _now: Date): KeyPair {
  return { cert: '', key: '' };
}

/** A certificate signed by an authority, good for servers and clients. */
export function mintCertificate(_request: CertRequest, _ca: KeyPair, _now: Date): KeyPair {
  return { cert: '', key: '' };
}
