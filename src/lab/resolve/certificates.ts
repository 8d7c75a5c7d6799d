import { mintAuthority, mintCertificate } from '../../cert/mint.ts';
import type { FileSpec } from '../../runtime/node-spec.ts';
import type { ObservedLab } from '../../runtime/runtime.ts';
import type { CertMount, Sandbox, SandboxCert } from '../../sandbox/sandbox.ts';
import { contentHash } from '../content-hash.ts';
import { containerName } from '../lab-spec.ts';
import type { CertFile } from './inputs.ts';

/** Hash of all that an authority signs, by the authority's name: what it was last minted for. */
export type CertState = Readonly<Record<string, string>>;

export interface Minted {
  /** By `node/container`. */
  readonly files: ReadonlyMap<string, readonly CertFile[]>;
  readonly state: CertState;
}

/**
 * The lab's certificates. As long as nothing about an authority's certificates changes, those that the running lab
 * already has are kept: all containers go on trusting each other.
 */
export function certificates(
  sandbox: Sandbox,
  now: Date,
  before: { readonly state: CertState; readonly observed: ObservedLab | undefined },
): Minted {
  const files = new Map<string, CertFile[]>();
  const state: Record<string, string> = {};
  for (const ca of new Set(sandbox.certs.map((cert) => cert.ca))) {
    const certs = sandbox.certs.filter((cert) => cert.ca === ca);
    const hash = contentHash(certs.map(({ name, names, days }) => [name, names, days]));
    state[ca] = hash;
    const mint = minter(ca, now);
    for (const cert of certs) {
      for (const [container, mount] of placesOf(cert, sandbox)) {
        const kept =
          before.state[ca] === hash ? keptFiles(container, mount, cert, before.observed) : undefined;
        const made = kept ?? mint(cert, mount.directory);
        files.set(container, [...(files.get(container) ?? []), ...made.map((file) => ({ file, hash }))]);
      }
    }
  }
  return { files, state };
}

/** The containers that receive a certificate, as `node/container`. */
function* placesOf(cert: SandboxCert, sandbox: Sandbox): Generator<[string, CertMount]> {
  for (const mount of cert.mounts) {
    const node = sandbox.nodes.find(({ name }) => name === mount.node);
    for (const { name } of node?.containers ?? []) {
      if (mount.container === undefined || mount.container === name)
        yield [containerName(mount.node, name), mount];
    }
  }
}

/** In the order in which a container lists them, minted or kept. */
function fileNames(cert: SandboxCert): string[] {
  return cert.names.length > 0 ? ['cert.pem', 'key.pem', 'ca.pem'] : ['ca.pem'];
}

function keptFiles(
  container: string,
  mount: CertMount,
  cert: SandboxCert,
  observed: ObservedLab | undefined,
): FileSpec[] | undefined {
  const node = observed?.nodes.find(({ spec }) => spec.group === mount.node)?.spec;
  const spec = node?.containers.find(({ name }) => containerName(mount.node, name) === container);
  const found = fileNames(cert).map((name) =>
    spec?.files.find(({ path }) => path === `${mount.directory}/${name}`),
  );
  return found.every((file) => file !== undefined) ? found : undefined;
}

/** Mints lazily: the authority when its first certificate is needed, each certificate once. */
function minter(ca: string, now: Date): (cert: SandboxCert, directory: string) => FileSpec[] {
  let authority: ReturnType<typeof mintAuthority> | undefined;
  const pairs = new Map<string, ReturnType<typeof mintCertificate>>();
  return (cert, directory) => {
    authority ??= mintAuthority(ca, now);
    const pem: Record<string, string> = { 'ca.pem': authority.cert };
    if (cert.names.length > 0) {
      const pair =
        pairs.get(cert.name) ?? mintCertificate({ names: cert.names, days: cert.days }, authority, now);
      pairs.set(cert.name, pair);
      pem['cert.pem'] = pair.cert;
      pem['key.pem'] = pair.key;
    }
    return fileNames(cert).map((name) => ({ path: `${directory}/${name}`, from: { content: pem[name]! } }));
  };
}
