import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * Joins two connections until both directions have ended or one of them breaks; a TCP connection is then reset, other
 * streams have no reset and are destroyed with an error. Its text travels to where no module can be loaded: it uses nothing from outside.
 */
export function splice(left: Duplex, right: Duplex): void {
  const abort = (stream: Duplex) => {
    if (stream.destroyed) return;
    const { remoteAddress } = stream as Socket;
    // While its end is being told it cannot be reset: see reset.ts.
    const ending = stream.writableEnded && !stream.writableFinished;
    if (remoteAddress !== undefined && ending) stream.destroy();
    else if (remoteAddress !== undefined) (stream as Socket).resetAndDestroy();
    else {
      stream.on('error', () => {});
      stream.destroy(Object.assign(new Error('the other side broke'), { code: 'ECONNRESET' }));
    }
  };
  if (left.destroyed || right.destroyed) {
    abort(left);
    abort(right);
    return;
  }
  left.pipe(right);
  right.pipe(left);
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const) {
    one.on('error', () => abort(other));
    one.on('close', () => {
      if (!one.readableEnded || !one.writableFinished) abort(other);
    });
  }
}
