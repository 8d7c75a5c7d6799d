/** HTTP/2's frames and numbers (RFC 9113 §4 and §6). */

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const Flag = { endStream: 0x1, ack: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

export const ErrorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
} as const;

export const Setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  enableConnectProtocol: 8,
  noRfc7540Priorities: 9,
} as const;

/** Bytes before a frame's payload: length, type, flags, stream. */
export const headerLength = 9;

/** The longest payload either side takes unless it says otherwise, bytes. */
export const defaultMaxFrameSize = 16_384;

/** Every window's size until it is said otherwise, bytes. */
export const defaultWindow = 65_535;

export const maxWindow = 0x7fff_ffff;

export const maxStreamId = 0x7fff_ffff;

/** What a client begins with. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
