import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { goArchitecture } from './archive.ts';
import { type TarEntry, tarStream } from './tar.ts';

/** A registry of a test. */
export interface FakeRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`; engines speak plain HTTP to it. */
  readonly host: string;
  /** What was asked for: `GET /v2/app/manifests/1`. */
  readonly requests: readonly string[];
}

/**
 * Serves images of a single layer each (OCI distribution specification, "Pull").
 * @param images by `NAME:TAG`
 */
export async function serveRegistry(
  images: Readonly<Record<string, readonly TarEntry[]>>,
): Promise<FakeRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Buffer>();
  const add = (blob: Buffer, mediaType: string) => {
    const digest = digestOf(blob);
    blobs.set(digest, blob);
    return { mediaType, digest, size: blob.length };
  };
  for (const [name, entries] of Object.entries(images)) {
    const parts: Buffer[] = [];
    for await (const part of tarStream(entries)) parts.push(part);
    const layer = Buffer.concat(parts);
    const config = {
      architecture: goArchitecture(),
      os: 'linux',
      config: { Env: ['PATH=/usr/local/bin'] },
      rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    };
    const manifest = {
      schemaVersion: 2,
      mediaType: manifestType,
      config: add(Buffer.from(JSON.stringify(config)), 'application/vnd.docker.container.image.v1+json'),
      layers: [add(gzipSync(layer, { level: 1 }), 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
    };
    manifests.set(name, Buffer.from(JSON.stringify(manifest)));
  }
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const [, name, kind, reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(request.url ?? '') ?? [];
    const isManifest = kind === 'manifests';
    const found = isManifest
      ? (manifests.get(`${name}:${reference}`) ??
        [...manifests.values()].find((one) => digestOf(one) === reference))
      : blobs.get(reference);
    if (request.url === '/v2/') response.end('{}');
    else if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }] }));
    } else {
      response.writeHead(200, {
        'content-type': isManifest ? manifestType : 'application/octet-stream',
        'content-length': found.length,
        'docker-content-digest': digestOf(found),
      });
      response.end(request.method === 'HEAD' ? undefined : found);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
