import type { Duplex, Readable, Writable } from 'node:stream';

/** One end of a stream that carries many connections. */
export interface Multiplexer {
  /**
   * Opens a connection at the other end.
   * @param target as the other end understands it
   * @throws Error with the system's `code`, such as `ECONNREFUSED`; `EPIPE` when the stream is gone
   */
  open(target: string): Promise<Duplex>;
  /** Breaks every connection. */
  close(): void;
}

/** Somebody at the other end wants a connection: call one of both. */
export interface Offer {
  readonly target: string;
  accept(): Duplex;
  refuse(code: string): void;
}

/**
 * Carries connections over one stream. Frames of kind (1 byte), connection (4 bytes), length (4 bytes, big endian),
 * payload; only one end opens, and numbers its connections:
 *
 * - `open`: the target. Answered by `opened`, or by `reset` with the system's error code
 * - `data`: at most as many bytes as the receiver has given credit for; each end begins with a window's worth
 * - `credit`: so many bytes more (4 bytes), when the reader has taken them
 * - `end`: no more data from here; `reset`: it is broken
 *
 * Its text travels to where no module can be loaded: it uses nothing from outside itself.
 */
export function multiplex(
  { Duplex: Stream }: { readonly Duplex: typeof Duplex },
  input: Readable,
  output: Writable,
  answer: (offer: Offer) => void,
): Multiplexer {
  const kinds = { open: 0, opened: 1, data: 2, credit: 3, end: 4, reset: 5 };
  const head = 9;
  const window = 256 * 1024;
  const piece = 32 * 1024;

  interface Channel {
    readonly stream: Duplex;
    onData(bytes: Buffer): void;
    onCredit(bytes: number): void;
    onEnd(): void;
    onReset(code: string): void;
  }
  const channels = new Map<number, Channel>();
  const waiting = new Map<number, { resolve: (stream: Duplex) => void; reject: (error: Error) => void }>();
  let last = 0;
  let closed = false;

  const send = (kind: number, channel: number, payload: Buffer = Buffer.alloc(0)) => {
    if (closed || output.destroyed) return;
    const header = Buffer.allocUnsafe(head);
    header.writeUInt8(kind, 0);
    header.writeUInt32BE(channel, 1);
    header.writeUInt32BE(payload.length, 5);
    output.cork();
    output.write(header);
    if (payload.length > 0) output.write(payload);
    output.uncork();
  };
  const fault = (code: string) => Object.assign(new Error(code), { code });

  const openChannel = (id: number): Duplex => {
    let credit = window;
    let owed = 0;
    let finished = false;
    let broken = false;
    let rest: { bytes: Buffer; done: () => void } | undefined;
    const flush = () => {
      while (rest !== undefined && credit > 0) {
        const { bytes, done } = rest;
        const part = bytes.subarray(0, Math.min(credit, piece));
        credit -= part.length;
        // Before it is sent: the answer may come at once.
        rest = part.length === bytes.length ? undefined : { bytes: bytes.subarray(part.length), done };
        send(kinds.data, id, part);
        if (part.length === bytes.length) done();
      }
    };
    const grant = () => {
      if (owed < window / 4) return;
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(owed, 0);
      owed = 0;
      send(kinds.credit, id, bytes);
    };
    const stream = new Stream({
      allowHalfOpen: true,
      read: grant,
      write: (bytes: Buffer, _encoding, done) => {
        rest = { bytes, done };
        flush();
      },
      final: (done) => {
        finished = true;
        send(kinds.end, id);
        done();
      },
      destroy: (error, done) => {
        channels.delete(id);
        // As a socket does that is closed: no more data from here, and a reset only for what still comes.
        if (!broken && error !== null) send(kinds.reset, id, Buffer.from('ECONNRESET'));
        else if (!broken && !finished) send(kinds.end, id);
        done(error);
      },
    });
    // It can break before its new owner listens.
    stream.on('error', () => {});
    channels.set(id, {
      stream,
      onData: (bytes) => {
        owed += bytes.length;
        if (stream.push(bytes)) grant();
      },
      onCredit: (bytes) => {
        credit += bytes;
        flush();
      },
      onEnd: () => {
        stream.push(null);
      },
      onReset: (code) => {
        broken = true;
        stream.destroy(fault(code));
      },
    });
    return stream;
  };

  const receive = (kind: number, id: number, payload: Buffer) => {
    const channel = channels.get(id);
    const opener = waiting.get(id);
    if (kind === kinds.open) {
      answer({
        target: payload.toString(),
        accept: () => {
          const stream = openChannel(id);
          send(kinds.opened, id);
          return stream;
        },
        refuse: (code) => send(kinds.reset, id, Buffer.from(code)),
      });
    } else if (kind === kinds.opened) {
      waiting.delete(id);
      opener?.resolve(openChannel(id));
    } else if (kind === kinds.data && channel === undefined) {
      send(kinds.reset, id, Buffer.from('ECONNRESET'));
    } else if (kind === kinds.data) channel?.onData(payload);
    else if (kind === kinds.credit) channel?.onCredit(payload.readUInt32BE(0));
    else if (kind === kinds.end) channel?.onEnd();
    else if (kind === kinds.reset) {
      waiting.delete(id);
      opener?.reject(fault(payload.toString()));
      channel?.onReset(payload.toString());
    }
  };

  const close = () => {
    if (closed) return;
    closed = true;
    for (const { onReset } of [...channels.values()]) onReset('EPIPE');
    for (const { reject } of waiting.values()) reject(fault('EPIPE'));
    waiting.clear();
  };

  let pending: Buffer = Buffer.alloc(0);
  input.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= head) {
      const end = head + pending.readUInt32BE(5);
      if (pending.length < end) break;
      const frame = pending.subarray(0, end);
      pending = pending.subarray(end);
      receive(frame.readUInt8(0), frame.readUInt32BE(1), frame.subarray(head));
    }
  });
  for (const event of ['end', 'close', 'error']) input.on(event, close);
  for (const event of ['close', 'error']) output.on(event, close);

  return {
    close,
    open: (target) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(fault('EPIPE'));
        const id = ++last;
        waiting.set(id, { resolve, reject });
        send(kinds.open, id, Buffer.from(target));
      }),
  };
}
