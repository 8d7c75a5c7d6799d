/** Lines of a stream of bytes, the last one also without its end. */
export async function* lines(stream: AsyncIterable<Buffer | string>): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  for await (const chunk of stream) {
    let bytes = Buffer.from(chunk as Buffer);
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10)) {
      parts.push(bytes.subarray(0, end));
      yield Buffer.concat(parts).toString('utf8');
      parts = [];
      bytes = bytes.subarray(end + 1);
    }
    if (bytes.length > 0) parts.push(bytes);
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString('utf8');
}
