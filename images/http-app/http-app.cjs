// A small HTTP service to put behind proxies. It says who it is (/), how it does (/healthz, /metrics), and answers late
// (/slow?ms=N), with any status (/status/CODE) or with the request as it arrived (/echo). CommonJS, because it starts
// faster than a module.
'use strict';
const { readFileSync } = require('node:fs');
const { hostname } = require('node:os');

const { SERVICE_NAME: app = 'http-app', SERVICE_VERSION: version = '1' } = process.env;
// With a certificate and its key, files in PEM, the app speaks TLS and nothing else.
const { PORT: port = '8080', HOST: address, CERT: cert, KEY: key } = process.env;
const host = process.env.HOSTNAME || hostname();

/** The longest that /slow waits, ms; the longest body that /echo repeats, bytes. */
const SLOW_LIMIT_MS = 60_000;
const BODY_LIMIT = 1024 * 1024;
/** A request must be here within this, ms. */
const REQUEST_LIMIT_MS = 30_000;
/** Longer than Envoy keeps a connection that nothing uses (1 h), ms: it closes first, never with a request on its way. */
const IDLE_LIMIT_MS = 3_610_000;

const reading = ['GET', 'HEAD'];

/** By path; `methods` are those it takes, when not any. The name of one stands in the metrics. */
const routes = [
  { name: '/', path: /^\/$/, methods: reading, handle: about },
  { name: '/healthz', path: /^\/healthz$/, methods: reading, handle: healthz },
  { name: '/metrics', path: /^\/metrics$/, methods: reading, handle: metrics },
  { name: '/slow', path: /^\/slow$/, methods: reading, handle: slow },
  { name: '/status/:code', path: /^\/status\/(.*)$/, handle: status },
  { name: '/echo', path: /^\/echo(?:\/|$)/, handle: echo },
  { name: 'other', path: /^/, handle: nothing },
];

const limits = { requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS };
const options = {
  ...limits,
  keepAliveTimeout: IDLE_LIMIT_MS,
  ...(cert && { cert: readPem(cert), key: readPem(key) }),
};
const { createServer } = cert ? require('node:https') : require('node:http');
const server = createServer(options, (request, response) => {
  const began = performance.now();
  // To a proxy a whole URL may be sent, and every server has to understand it (RFC 9112, 3.2.2).
  const target = request.url.replace(/^https?:\/\/[^/?]*/i, '');
  const [, path, query] = /^([^?]*)\??(.*)$/s.exec(target);
  const route = routes.find((candidate) => candidate.path.test(path || '/'));
  underWay++;
  response.on('close', () => {
    underWay--;
    const ended = response.writableFinished ? response.statusCode : 'aborted';
    count(route.name, request.method, ended, (performance.now() - began) / 1000);
    if (path !== '/healthz' && path !== '/metrics') console.log(`${request.method} ${request.url} ${ended}`);
  });
  if (route.handle !== echo) request.resume();
  if (route.methods?.includes(request.method) === false) {
    response.setHeader('allow', route.methods.join(', '));
    return refuse(response, 405, `${route.name} takes ${route.methods.join(' and ')}`);
  }
  route.handle(request, response, { path, query, parameter: route.path.exec(path)?.[1] });
});

function readPem(file) {
  try {
    return readFileSync(file ?? '');
  } catch ({ message }) {
    return fail(message);
  }
}

function about(_request, response) {
  answer(response, 200, {
    app,
    version,
    host,
    paths: ['/healthz', '/metrics', '/slow?ms=N', '/status/CODE', '/echo'],
  });
}

function healthz(_request, response) {
  answer(response, 200, 'ok\n');
}

function slow(_request, response, { query }) {
  const asked = new URLSearchParams(query).get('ms') ?? '';
  const ms = Number(asked);
  if (!/^\d+$/.test(asked) || ms > SLOW_LIMIT_MS) {
    return refuse(response, 400, `ms must be a whole number from 0 to ${SLOW_LIMIT_MS}: /slow?ms=250`);
  }
  const timer = setTimeout(() => answer(response, 200, { app, host, ms }), ms);
  response.on('close', () => clearTimeout(timer));
}

function status(_request, response, { parameter: code }) {
  if (!/^[2-5]\d\d$/.test(code)) {
    return refuse(response, 400, 'a status is a number from 200 to 599: /status/503');
  }
  answer(response, Number(code), { app, host, status: Number(code) });
}

/** The request as it arrived. A body that is too long is read to its end, so that the refusal gets to its sender. */
function echo(request, response) {
  const chunks = [];
  let length = 0;
  request.on('data', (chunk) => {
    length += chunk.length;
    if (length <= BODY_LIMIT) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => {
    if (length > BODY_LIMIT) return refuse(response, 413, `a body may have ${BODY_LIMIT} bytes`);
    const { method, url, httpVersion, headersDistinct, socket } = request;
    const headers = Object.entries(headersDistinct).map(([name, values]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]);
    answer(response, 200, {
      host,
      method,
      path: url,
      httpVersion,
      remoteAddress: socket.remoteAddress,
      headers: Object.fromEntries(headers),
      ...(socket.encrypted && {
        tls: { protocol: socket.getProtocol(), serverName: socket.servername || undefined },
      }),
      ...textOf(Buffer.concat(chunks)),
    });
  });
}

/** A body as JSON has it: text, or base64 when it is none. */
function textOf(bytes) {
  try {
    return {
      body: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
      encoding: 'utf-8',
    };
  } catch {
    return { body: bytes.toString('base64'), encoding: 'base64' };
  }
}

function nothing(_request, response, { path }) {
  refuse(response, 404, `there is no ${path}`);
}

function refuse(response, code, error) {
  answer(response, code, { error });
}

/** Text is sent as it is, anything else as JSON. */
function answer(response, code, content, type) {
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, undefined, 2)}\n`;
  // These never have a body (RFC 9110, 15.3.5, 15.3.6, 15.4.5).
  const empty = code === 204 || code === 205 || code === 304;
  const defaultType = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  const described = { 'content-type': type ?? defaultType, 'content-length': Buffer.byteLength(text) };
  const leaving = server.listening ? {} : { connection: 'close' };
  response.writeHead(code, {
    ...(empty ? {} : described),
    ...(code === 205 && { 'content-length': 0 }),
    ...leaving,
  });
  response.end(empty || response.req.method === 'HEAD' ? undefined : text);
}

/** What /metrics tells: requests by route, method and status; seconds by route. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60];
const started = Date.now() / 1000;
const counts = new Map();
const durations = new Map();
let underWay = 0;

function count(route, method, code, seconds) {
  const labels = `route="${route}",method="${method}",code="${code}"`;
  counts.set(labels, (counts.get(labels) ?? 0) + 1);
  const taken = durations.get(route) ?? { buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
  durations.set(route, taken);
  taken.sum += seconds;
  taken.count++;
  for (const [index, limit] of BUCKETS.entries()) if (seconds <= limit) taken.buckets[index]++;
}

/** Prometheus' text format 0.0.4. */
function metrics(_request, response) {
  const lines = [];
  const metric = (name, type, help, samples) => {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples);
  };
  const escaped = (text) => text.replace(/[\\"\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`));
  const names = `app="${escaped(app)}",version="${escaped(version)}",host="${escaped(host)}"`;
  metric('app_info', 'gauge', 'Who this is.', [`app_info{${names}} 1`]);
  metric(
    'http_requests_total',
    'counter',
    'Requests answered, or given up by whoever sent them.',
    [...counts].map(([labels, value]) => `http_requests_total{${labels}} ${value}`),
  );
  const name = 'http_request_duration_seconds';
  const samples = [...durations].flatMap(([route, { buckets, sum, count: all }]) => [
    ...BUCKETS.map((limit, index) => `${name}_bucket{route="${route}",le="${limit}"} ${buckets[index]}`),
    `${name}_bucket{route="${route}",le="+Inf"} ${all}`,
    `${name}_sum{route="${route}"} ${sum}`,
    `${name}_count{route="${route}"} ${all}`,
  ]);
  metric(name, 'histogram', 'Time to the end of the answer.', samples);
  metric('http_requests_in_flight', 'gauge', 'Requests under way, this one too.', [
    `http_requests_in_flight ${underWay}`,
  ]);
  metric('process_start_time_seconds', 'gauge', 'When it began, in seconds since 1970.', [
    `process_start_time_seconds ${started}`,
  ]);
  metric('process_resident_memory_bytes', 'gauge', 'Memory it holds.', [
    `process_resident_memory_bytes ${process.memoryUsage.rss()}`,
  ]);
  answer(response, 200, `${lines.join('\n')}\n`, 'text/plain; version=0.0.4; charset=utf-8');
}

// Requests under way are answered before it goes.
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
process.on('SIGINT', () => process.exit(130));

function fail(reason) {
  console.error(`${app} cannot listen on port ${port}: ${reason}`);
  process.exit(1);
}

server.on('error', ({ message }) => fail(message));
if (!/^\d+$/.test(port) || Number(port) > 65_535) fail('it is no port');
server.listen({ port: Number(port), host: address }, () => {
  console.log(`${app} listens on ${server.address().port}`);
});
