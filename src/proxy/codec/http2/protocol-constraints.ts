import { Flag, FrameType } from './frame.ts';
import type { Http2Options } from './options.ts';

/** What a peer breaks that keeps the proxy busy, and the words Envoy has for it. */
export interface Flood {
  readonly message: string;
  readonly stat:
    | 'inbound_empty_frames_flood'
    | 'inbound_priority_frames_flood'
    | 'inbound_window_update_frames_flood'
    | 'outbound_flood'
    | 'outbound_control_flood';
  /** Of the stream whose frame it was. */
  readonly streamDetails?: string;
}

const emptyFrames: Flood = {
  message: 'Too many consecutive frames with an empty payload',
  stat: 'inbound_empty_frames_flood',
  streamDetails: 'http2.inbound_empty_frames_flood',
};
const priorityFrames: Flood = { message: 'Too many PRIORITY frames', stat: 'inbound_priority_frames_flood' };
const windowUpdates: Flood = {
  message: 'Too many WINDOW_UPDATE frames',
  stat: 'inbound_window_update_frames_flood',
};
const outbound: Flood = { message: 'Too many frames in the outbound queue.', stat: 'outbound_flood' };
const outboundControl: Flood = {
  message: 'Too many control frames in the outbound queue.',
  stat: 'outbound_control_flood',
};

/** Counts frames that cost the proxy more than the peer: Envoy's ProtocolConstraints. */
export class ProtocolConstraints {
  readonly #options: Http2Options;
  #emptyFrames = 0;
  #priorityFrames = 0;
  #windowUpdates = 0;
  #openedStreams = 0;
  #dataFramesSent = 0;
  #outbound = 0;
  #outboundControl = 0;
  /** Bytes written since the connection began. */
  #written = 0;
  /** What has not all gone out, as far as is known: up to which of those bytes, and the frames. */
  readonly #writes: { readonly end: number; readonly frames: number; readonly control: number }[] = [];

  constructor(options: Http2Options) {
    this.#options = options;
  }

  onStreamOpened(): void {
    this.#openedStreams++;
  }

  onDataFrameSent(): void {
    this.#dataFramesSent++;
  }

  /** `length` without padding. Returns what is too much, if anything. */
  onFrameReceived(type: number, flags: number, length: number): Flood | undefined {
    const options = this.#options;
    switch (type) {
      case FrameType.data:
      case FrameType.headers:
      case FrameType.continuation:
        if (length > 0 || (flags & Flag.endStream) !== 0) this.#emptyFrames = 0;
        else if (++this.#emptyFrames > options.maxConsecutiveInboundFramesWithEmptyPayload)
          return emptyFrames;
        return undefined;
      case FrameType.priority: {
        const most = options.maxInboundPriorityFramesPerStream * (1 + this.#openedStreams);
        return ++this.#priorityFrames > most ? priorityFrames : undefined;
      }
      case FrameType.windowUpdate: {
        const perData = options.maxInboundWindowUpdateFramesPerDataFrameSent * this.#dataFramesSent;
        const most = 5 + 2 * (this.#openedStreams + perData);
        return ++this.#windowUpdates > most ? windowUpdates : undefined;
      }
      default:
        return undefined;
    }
  }

  /** Of what was written before so many bytes have not gone out yet. */
  onUnsent(bytes: number): void {
    const gone = this.#written - bytes;
    let [first] = this.#writes;
    while (first !== undefined && first.end <= gone) {
      this.#outbound -= first.frames;
      this.#outboundControl -= first.control;
      this.#writes.shift();
      [first] = this.#writes;
    }
  }

  /** Frames of so many bytes in all are written. */
  onFramesSent(frames: number, control: number, bytes: number): Flood | undefined {
    this.#written += bytes;
    this.#writes.push({ end: this.#written, frames, control });
    this.#outbound += frames;
    this.#outboundControl += control;
    if (this.#outbound > this.#options.maxOutboundFrames) return outbound;
    return this.#outboundControl > this.#options.maxOutboundControlFrames ? outboundControl : undefined;
  }
}
