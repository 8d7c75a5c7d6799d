import { connect } from 'node:net';

/** One request on a connection of its own, for admin endpoints; the body is what came until the close. */
export function request(
  port: number,
  method: string,
  path: string,
): Promise<{ status: number; head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.setTimeout(5000, () => socket.destroy(new Error(`no answer to ${method} ${path}`)));
    socket.on('connect', () => {
      const length = method === 'POST' ? 'content-length: 0\r\n' : '';
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: admin\r\n${length}connection: close\r\n\r\n`);
    });
    socket.on('data', (data) => chunks.push(data));
    socket.on('error', reject);
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const split = text.indexOf('\r\n\r\n');
      if (split < 0) return reject(new Error(`no answer to ${method} ${path}`));
      const head = text.slice(0, split);
      const raw = text.slice(split + 4);
      const body = /^transfer-encoding: chunked/im.test(head) ? unchunk(raw) : raw;
      resolve({ status: Number(head.slice(9, 12)), head, body });
    });
  });
}

function unchunk(raw: string): string {
  const bytes = Buffer.from(raw, 'utf8');
  let at = 0;
  const parts: Buffer[] = [];
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (lineEnd < 0 || !(size > 0)) return Buffer.concat(parts).toString('utf8');
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
