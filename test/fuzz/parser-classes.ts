import type { Input } from './input.ts';

/** A way in which llhttp may read bytes otherwise than Envoy, whose parser is Balsa, and so than we. */
export interface ParserClass {
  readonly kind?: Input['kind'];
  /** What our codec did, and llhttp: see parser-difference.ts. */
  readonly ours: RegExp;
  readonly llhttp: RegExp;
  /** Only of bytes like these. */
  readonly bytes?: RegExp;
  readonly reason: string;
}

/** All classes that Envoy's parser was measured to differ in; one that is not here is a finding. */
export const parserClasses: readonly ParserClass[] = [
  {
    ours: /^waiting$/,
    llhttp: /^(HPE_|done$)/,
    reason: 'Balsa reads a head when all of it is there; llhttp refuses at the first wrong byte.',
  },
  {
    ours: /^refused /,
    llhttp: /^waiting$/,
    reason: 'Node tells of a request when all of its head is there, and of no empty one.',
  },
  {
    ours: /^(message|done)$/,
    llhttp: /^HPE_(STRICT|CR_EXPECTED|LF_EXPECTED)$/,
    reason:
      'To Balsa a LF alone ends a line, a CR alone is white space, and a chunk extension may say anything.',
  },
  {
    ours: /^message$/,
    llhttp: /^HPE_INVALID_HEADER_TOKEN$/,
    reason: 'To Balsa lines may be folded, and a field may have a LF alone behind it.',
  },
  {
    ours: /^(message|done)$/,
    llhttp: /^HPE_INVALID_VERSION$/,
    reason: 'To Balsa any HTTP/d.d is a version, and a request may have none.',
  },
  {
    kind: 'request',
    ours: /^message$/,
    llhttp: /^HPE_INVALID_(METHOD|URL|CONSTANT)$/,
    reason:
      'Envoy knows MSEARCH for M-SEARCH, any white space may stand between words, and more may be in a URL.',
  },
  {
    kind: 'response',
    ours: /^message$/,
    llhttp: /^HPE_INVALID_(STATUS|CONSTANT)$/,
    reason: 'To Balsa a status is any number, and empty lines or 1xx may come first.',
  },
  {
    ours: /^done$/,
    llhttp: /^HPE_/,
    reason: 'What comes behind a message that closes its connection, or behind a response, is not read here.',
  },
  {
    kind: 'response',
    ours: /^waiting$/,
    llhttp: /^message$/,
    bytes: /\r\r/,
    reason: 'To Balsa two CR before a LF are no empty line.',
  },
  {
    ours: /^(done|message)$/,
    llhttp: /^HPE_CLOSED_CONNECTION$/,
    reason:
      'What comes behind the last message is not looked at here, and a response of a 1xx may say close.',
  },
  {
    ours: /^message$/,
    llhttp: /^HPE_INVALID_CHUNK_SIZE$/,
    reason: 'To Balsa white space may stand behind a chunk size.',
  },
  {
    ours: /^message$/,
    llhttp: /^HPE_(INVALID|UNEXPECTED)_CONTENT_LENGTH$/,
    reason: 'Balsa does not look at the length of what has no body, of what is chunked, and in trailers.',
  },
  {
    ours: /^message$/,
    llhttp: /^HPE_INVALID_TRANSFER_ENCODING$/,
    reason: 'To Envoy an empty transfer-encoding beside chunked says nothing.',
  },
  {
    kind: 'request',
    ours: /^refused low_version$/,
    llhttp: /^(message|done)$/,
    reason: 'HTTP/1.0 is refused unless accepted.',
  },
  {
    kind: 'request',
    ours: /^refused (http\.invalid_authority|http1\.invalid_(url|scheme))$/,
    llhttp: /^(message|done)$/,
    reason: 'llhttp leaves host and target to others.',
  },
  {
    kind: 'request',
    ours: /^refused http1\.(connection_header_rejected|unexpected_underscore)$/,
    llhttp: /^(message|done)$/,
    reason: 'llhttp leaves names of fields to others.',
  },
  {
    kind: 'request',
    ours: /^refused http1\.(too_many_headers|headers_too_large)$/,
    llhttp: /^(message|done)$/,
    reason: 'Limits are counted otherwise.',
  },
  {
    kind: 'request',
    ours: /^refused http1\.(body_disallowed|invalid_transfer_encoding|content_length_and_chunked_not_allowed)$/,
    llhttp: /^(message|done)$/,
    reason:
      'Envoy refuses a CONNECT with a body, any transfer coding but chunked, and any beside a length, an empty one too.',
  },
  {
    kind: 'request',
    ours: /^refused http1\.(codec_error|invalid_characters)$/,
    llhttp: /^(message|done)$/,
    reason:
      'Envoy refuses M-SEARCH, DEL and control bytes, hosts of targets it cannot read, and white space behind names.',
  },
  {
    kind: 'response',
    ours: /^refused (protocol_error|connection_termination)$/,
    llhttp: /^(message|done|ECONNRESET)$/,
    reason:
      'Envoy refuses a response with a length it may not have, an empty line first, and one that breaks off.',
  },
  {
    kind: 'request',
    ours: /^(another )?message$/,
    llhttp: /^(message|waiting|done|HPE_HEADER_OVERFLOW)$/,
    bytes: /^[^\0- ]+[\0- ]+[^\0- ]+[\0- ]*$/m,
    reason: 'A request line without a version has no fields behind it in Balsa, and fields in llhttp.',
  },
  {
    kind: 'request',
    ours: /^(another )?message$/,
    llhttp: /^(message|waiting)$/,
    bytes: /^transfer-encoding:\s*chunked\s*$[\s\S]*^transfer-encoding:[ \t]*\r?$/im,
    reason:
      'To Envoy an empty transfer-encoding behind one that says chunked changes nothing, to llhttp it ends chunks.',
  },
  {
    ours: /^message$/,
    llhttp: /^HPE_UNEXPECTED_SPACE$/,
    reason: 'To Balsa any line may be folded, the first field too.',
  },
  {
    ours: /^(another )?message$/,
    llhttp: /^(message|waiting|done|HPE_INVALID_TRANSFER_ENCODING)$/,
    bytes: /^transfer-encoding:.*\t[ \t]*\r?$/im,
    reason: 'To llhttp a tab behind chunked is part of the word.',
  },
];

/** Whether the difference, `OURS / LLHTTP`, is one of those. */
export function isKnownClass(input: Input, difference: string): boolean {
  const [ours = '', llhttp = ''] = difference.split(' / ');
  const text = input.bytes.toString('latin1');
  return parserClasses.some(
    (one) =>
      (one.kind ?? input.kind) === input.kind &&
      one.ours.test(ours) &&
      one.llhttp.test(llhttp) &&
      (one.bytes?.test(text) ?? true),
  );
}
