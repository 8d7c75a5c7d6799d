const head = (status: string, ...fields: readonly string[]): string =>
  `HTTP/1.1 ${[status, ...fields].join('\r\n')}\r\n\r\n`;
const evil = `${head('200 OK', 'content-length: 4', 'x: evil')}evil`;

/** What an upstream answers to `GET /NAME`, by name. */
export const answers: Readonly<Record<string, string>> = {
  plain: head('200 OK', 'content-length: 2'),
  '204-length': head('204 No Content', 'content-length: 4'),
  '204-chunks': `${head('204 No Content', 'transfer-encoding: chunked')}0\r\n\r\n`,
  '204-body': head('204 No Content', `content-length: ${evil.length}`) + evil,
  '304-length': head('304 Not Modified', 'content-length: 4'),
  '304-body': head('304 Not Modified', `content-length: ${evil.length}`) + evil,
  100: `${head('100 Continue') + head('200 OK', 'content-length: 2')}ok`,
  103: `${head('103 Early Hints', 'link: x') + head('200 OK', 'content-length: 2')}ok`,
  101: head('101 Switching Protocols', 'connection: upgrade', 'upgrade: x') + evil,
  both: `${head('200 OK', 'content-length: 2', 'transfer-encoding: chunked')}2\r\nok\r\n0\r\n\r\n`,
  'two-lengths': `${head('200 OK', 'content-length: 2', 'content-length: 60')}ok`,
  more: `${head('200 OK', 'content-length: 2')}ok${evil}`,
  twice: `${head('200 OK', 'content-length: 2')}ok${evil}`,
  body: head('200 OK', `content-length: ${evil.length}`) + evil,
  old: 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok',
  folded: `${head('200 OK', 'x: a\r\n b', 'content-length: 2')}ok`,
  'bare-lf': `${head('200 OK', 'x: a\nevil: b', 'content-length: 2')}ok`,
  nul: `${head('200 OK', 'x: a\0', 'content-length: 2')}ok`,
  'bad-chunk': `${head('200 OK', 'transfer-encoding: chunked')}0x2\r\nok\r\n0\r\n\r\n`,
  trailers: `${head('200 OK', 'transfer-encoding: chunked')}2\r\nok\r\n0\r\ncontent-length: 9\r\n\r\n`,
};
