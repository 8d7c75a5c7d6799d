import { type ClientHttp2Session, connect } from 'node:http2';
import { content, digest } from '../content.ts';
import type { Target } from './http1.ts';

/** Some requests at once on a connection of their own. @throws Error when an answer is not what was asked for */
export async function manyStreams({ port, tls, path }: Target, seed: number): Promise<void> {
  const session = connect(`${tls ? 'https' : 'http'}://127.0.0.1:${port}`, { rejectUnauthorized: false });
  let failure: Error | undefined;
  session.on('error', (error) => (failure = error));
  try {
    await Promise.all([
      download(session, path, seed, 100),
      download(session, path, seed + 1, 70_000),
      upload(session, path, seed + 2, 50_000),
      download(session, path, seed + 3, 0),
    ]);
  } catch (error) {
    throw failure ?? error;
  } finally {
    session.close();
  }
}

async function download(session: ClientHttp2Session, path: string, seed: number, size: number) {
  const got = await exchange(session, { ':path': `${path}?seed=${seed}&size=${size}` });
  if (!got.equals(content(seed, size))) throw new Error(`${got.length} of ${size} bytes, or other ones`);
}

async function upload(session: ClientHttp2Session, path: string, seed: number, size: number) {
  const body = content(seed, size);
  const got = await exchange(session, { ':path': path, ':method': 'POST' }, body);
  if (got.toString() !== digest(body)) throw new Error(`another digest of ${size} bytes: ${got}`);
}

function exchange(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body?: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers, { endStream: body === undefined });
    const parts: Buffer[] = [];
    let status = 0;
    stream.setTimeout(20_000, () => stream.destroy(new Error('no answer in 20 s')));
    stream.on('response', (fields) => (status = fields[':status'] ?? 0));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('close', () => reject(new Error('the stream closed')));
    stream.on('end', () => {
      const got = Buffer.concat(parts);
      if (status === 200) resolve(got);
      else reject(new Error(`status ${status}: ${got}`));
    });
    if (body !== undefined) stream.end(body);
  });
}
