/** What is written in longer pieces is only lent, and heads are seldom longer (bytes). */
const keptBytes = 2048;

/** Of the first bytes written of a message those to keep for whoever asks for the size of its head later: up to its end. */
export function writtenHead(data: Buffer): Buffer {
  if (data.length <= keptBytes) return data;
  const end = data.indexOf('\r\n\r\n');
  return Buffer.from(data.subarray(0, end < 0 ? keptBytes : end + 4));
}
