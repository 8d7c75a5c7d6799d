// http-proxy-3 with connections to the upstream kept.
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'http-proxy-3';

const target = `http://127.0.0.1:${process.argv[2]}`;
const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }) });
const server = createServer((request, response) => proxy.web(request, response));
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
