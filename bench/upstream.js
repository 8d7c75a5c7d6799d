// The upstream of the data plane's benchmarks: answers every request with the same bytes, as cheaply as Node can.
// Requests are counted by their blank line, which is right for GETs without a body and for nothing else.
import { createServer } from 'node:net';

const body = 'x'.repeat(Number(process.argv[2] ?? 64));
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
);
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.on('data', (data) => {
    for (let at = data.indexOf('\r\n\r\n'); at >= 0; at = data.indexOf('\r\n\r\n', at + 4))
      socket.write(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
