import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintAuthority, mintCertificate } from '../../src/cert/mint.ts';

/** Certificates as files, as `up` mints them for a container: `cert`, `key` and `ca` are paths. */
export class PemFiles implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pem-'));
  readonly cert: string;
  readonly key: string;
  readonly ca: string;

  constructor(...names: readonly string[]) {
    const now = new Date();
    const authority = mintAuthority('ca', now);
    const pair = mintCertificate({ names, days: 1 }, authority, now);
    this.cert = this.#write('cert.pem', pair.cert);
    this.key = this.#write('key.pem', pair.key);
    this.ca = this.#write('ca.pem', authority.cert);
  }

  #write(name: string, text: string): string {
    const path = join(this.#folder, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
