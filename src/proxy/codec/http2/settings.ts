import { defaultMaxFrameSize, defaultWindow, maxWindow, Setting } from './frame.ts';
import { defaultTableSize } from './hpack/static-table.ts';

/** What the peer's SETTINGS say (RFC 9113 §6.5.2), with the values that hold before any came. */
export class PeerSettings {
  /** Bytes a stream of ours begins with. */
  initialWindow = defaultWindow;
  maxFrameSize = defaultMaxFrameSize;
  /** Bytes the table of our encoder may take. */
  headerTableSize = defaultTableSize;
  /** Requests it takes at once, if the last frame said so. */
  maxConcurrentStreams: number | undefined;
  #connectProtocol = 0;
  /** Undefined until the first frame: it holds for good. */
  #noPriorities: number | undefined;

  /**
   * Reads a frame's payload; returns false for a value that breaks the protocol. A server must not let clients push to it,
   * nor take extended CONNECT back (RFC 8441 §3); of priorities neither side changes its mind (RFC 9218 §2.1).
   */
  read(data: Buffer, start: number, end: number, fromServer: boolean): boolean {
    this.maxConcurrentStreams = undefined;
    let connect = this.#connectProtocol;
    let noPriorities = this.#noPriorities ?? 0;
    for (let at = start; at < end; at += 6) {
      const value = data.readUInt32BE(at + 2);
      switch (data.readUInt16BE(at)) {
        case Setting.headerTableSize:
          this.headerTableSize = value;
          break;
        case Setting.enablePush:
          if (value > (fromServer ? 0 : 1)) return false;
          break;
        case Setting.maxConcurrentStreams:
          this.maxConcurrentStreams ??= value;
          break;
        case Setting.initialWindowSize:
          if (value > maxWindow) return false;
          this.initialWindow = value;
          break;
        case Setting.maxFrameSize:
          if (value < defaultMaxFrameSize || value > 0xff_ffff) return false;
          this.maxFrameSize = value;
          break;
        case Setting.enableConnectProtocol:
          if (value > 1) return false;
          connect = value;
          break;
        case Setting.noRfc7540Priorities:
          if (value > 1) return false;
          noPriorities = value;
          break;
        default:
      }
    }
    // Of what one frame says twice the last holds.
    if (fromServer && connect < this.#connectProtocol) return false;
    this.#connectProtocol = connect;
    if (noPriorities !== (this.#noPriorities ?? noPriorities)) return false;
    this.#noPriorities = noPriorities;
    return true;
  }
}
