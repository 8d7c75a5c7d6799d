// Says back each line that comes over TCP, and each datagram of UDP, after its host's name. When a TCP client has ended its
// side it is told how many bytes came, and only then is the connection over.
'use strict';
const { createSocket } = require('node:dgram');
const { createServer } = require('node:net');
const { hostname } = require('node:os');

const { PORT: port = '9000', HOST: address } = process.env;
const host = process.env.HOSTNAME || hostname();
/** A longer line is not kept, only counted. */
const LINE_LIMIT = 64 * 1024;

const open = new Set();
const tcp = createServer({ allowHalfOpen: true }, (socket) => {
  let bytes = 0;
  let rest = '';
  open.add(socket);
  socket.on('data', (data) => {
    bytes += data.length;
    const lines = (rest + data.toString('latin1')).split('\n');
    rest = lines.pop();
    if (rest.length > LINE_LIMIT) rest = '';
    for (const line of lines) socket.write(`${host}: ${line}\n`, 'latin1');
  });
  socket.on('end', () => socket.end(`${host}: ${bytes} bytes\n`));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    open.delete(socket);
    console.log(`tcp closed after ${bytes} bytes`);
  });
});

const udp = createSocket('udp4');
udp.on('message', (message, from) => {
  udp.send(Buffer.concat([Buffer.from(`${host}: `), message]), from.port, from.address);
});
// What cannot be sent is lost, as datagrams are.
udp.on('error', ({ message }) => {
  console.error(`udp: ${message}`);
  process.exit(1);
});

process.on('SIGTERM', () => {
  for (const socket of open) socket.destroy();
  udp.close();
  tcp.close(() => process.exit(0));
});
process.on('SIGINT', () => process.exit(130));

udp.bind({ port: Number(port), address }, () => {
  tcp.listen({ port: Number(port), host: address }, () => {
    console.log(`echo listens on ${tcp.address().port}, tcp and udp`);
  });
});
