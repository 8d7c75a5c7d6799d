import type { Certificate } from './x509/certificate.ts';

/** What the handshake that a session began with told of the peer; one that takes it up does not tell it again. */
export interface SessionFacts {
  /** Undefined until that handshake is over. */
  peer: Certificate | undefined;
  /** The curve of its key exchange. */
  group: string | undefined;
}

/** A session and what is known of its peer. */
export interface KnownSession {
  readonly session: Buffer;
  /** What SNI called the peer; empty: nothing. */
  readonly serverName: string;
  readonly facts: SessionFacts;
}

/** Sessions that may be taken up again, the newest first (Envoy's `max_session_keys`). */
export class SessionCache {
  readonly #limit: number;
  readonly #sessions: { readonly known: KnownSession; readonly once: boolean }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `once`: it is good for one connection, as those of TLS 1.3 are (RFC 8446, C.4). */
  put(known: KnownSession, once: boolean): void {
    if (this.#limit === 0) return;
    this.#sessions.unshift({ known, once });
    if (this.#sessions.length > this.#limit) this.#sessions.pop();
  }

  /** One that began under the same name. */
  take(serverName: string): KnownSession | undefined {
    const at = this.#sessions.findIndex(({ known }) => known.serverName === serverName);
    const newest = this.#sessions[at];
    if (newest?.once) this.#sessions.splice(at, 1);
    return newest?.known;
  }
}
