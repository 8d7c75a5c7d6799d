import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { PassThrough, type Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CurlStreams } from '../curl.ts';
import { type Connections, type Exchange, exchange, formatHead, type Outgoing } from './exchange.ts';
import { CurlFailure } from './failure.ts';
import type { ClientOptions } from './options.ts';
import { makeRequest, parseUrl, redirectOf } from './request.ts';
import { formatSeconds, type WriteOutValues } from './write-out.ts';

/** What is known of a transfer when it ends, well or not. */
export interface TransferEnd {
  readonly failure: CurlFailure | undefined;
  readonly values: WriteOutValues;
}

interface Progress {
  status: number;
  headerSize: number;
  bodySize: number;
  redirects: number;
  connectMs: number;
  firstByteMs: number;
  contentType: string;
  url: string;
  method: string;
  remote: { ip: string; port: number };
  redirectUrl: string;
}

/** One URL from request to last byte, redirects followed when asked. */
export async function transfer(
  url: string,
  options: ClientOptions,
  context: {
    readonly streams: CurlStreams;
    readonly connections: Connections;
    readonly output: string | undefined;
    readonly signal: AbortSignal | undefined;
  },
): Promise<TransferEnd> {
  const started = performance.now();
  const progress: Progress = {
    status: 0,
    headerSize: 0,
    bodySize: 0,
    redirects: 0,
    connectMs: 0,
    firstByteMs: 0,
    contentType: '',
    url,
    method: '',
    remote: { ip: '', port: 0 },
    redirectUrl: '',
  };
  let failure: CurlFailure | undefined;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), options.maxTime ?? 2 ** 31 - 1);
  const signals = context.signal ? [limit.signal, context.signal] : [limit.signal];
  try {
    await follow(url, options, progress, { ...context, signal: AbortSignal.any(signals) });
  } catch (error) {
    const timedOut = limit.signal.aborted;
    const ms = Math.round(performance.now() - started);
    const message = `Operation timed out after ${ms} milliseconds with ${progress.bodySize} bytes received`;
    if (timedOut) failure = new CurlFailure(28, message);
    else if (error instanceof CurlFailure) failure = error;
    else throw error;
  } finally {
    clearTimeout(timer);
  }
  return { failure, values: valuesOf(progress, failure, performance.now() - started) };
}

interface FollowContext {
  readonly streams: CurlStreams;
  readonly connections: Connections;
  readonly output: string | undefined;
  readonly signal: AbortSignal;
}

async function follow(
  url: string,
  options: ClientOptions,
  progress: Progress,
  context: FollowContext,
): Promise<void> {
  const output = openOutput(url, options, context);
  const heads = options.dumpHeader === undefined ? undefined : openFile(options.dumpHeader, context.streams);
  const report = (mark: string, line: string): void => {
    if (options.verbose) context.streams.stderr.write(`${mark} ${line}\n`);
  };
  try {
    let outgoing: Outgoing = makeRequest(parseUrl(url), options);
    for (;;) {
      const sent = await exchange(outgoing, options, {
        connections: context.connections,
        signal: context.signal,
        report: (line) => report('*', line),
        onSent: () => {
          report('>', `${outgoing.method} ${outgoing.url.pathname}${outgoing.url.search} HTTP/1.1`);
          for (const [name, value] of outgoing.headers) report('>', `${name}: ${value}`);
          report('>', '');
        },
      });
      const head = [...sent.interim, formatHead(sent.response)].join('');
      note(progress, outgoing, sent, head);
      for (const line of head.split('\r\n').slice(0, -1)) report('<', line);
      heads?.write(head);
      if (options.include || options.head) output.write(head);
      const next = redirectOf(outgoing, progress.status, sent.response.headers.location, options);
      progress.redirectUrl = next && !options.location ? next.url.href : '';
      if (next && options.location) {
        if (progress.redirects >= options.maxRedirects) {
          throw new CurlFailure(47, `Maximum (${options.maxRedirects}) redirects followed`);
        }
        progress.redirects++;
        await drain(sent, undefined, progress);
        outgoing = next;
        continue;
      }
      const failing = progress.status >= 400 && options.fail !== 'no';
      await drain(sent, failing && options.fail === 'silently' ? undefined : output, progress);
      report('*', `Connection to ${outgoing.url.host} left intact`);
      if (failing) throw new CurlFailure(22, `The requested URL returned error: ${progress.status}`);
      return;
    }
  } finally {
    await Promise.all([closeFile(output, context.streams), heads && closeFile(heads, context.streams)]);
  }
}

function note(progress: Progress, outgoing: Outgoing, sent: Exchange, head: string): void {
  progress.status = sent.response.statusCode ?? 0;
  progress.headerSize += Buffer.byteLength(head, 'latin1');
  progress.connectMs = sent.connectMs;
  progress.firstByteMs = sent.firstByteMs;
  progress.contentType = sent.response.headers['content-type'] ?? '';
  progress.url = outgoing.url.href;
  progress.method = outgoing.method;
  progress.remote = { ip: sent.socket.remoteAddress ?? '', port: sent.socket.remotePort ?? 0 };
}

/** Copies the body, or throws it away; a reader that is slow holds the sender back. */
async function drain(sent: Exchange, to: Writable | undefined, progress: Progress): Promise<void> {
  const copy = async (): Promise<void> => {
    for await (const chunk of sent.response as AsyncIterable<Buffer>) {
      progress.bodySize += chunk.length;
      if (to && !to.write(chunk))
        await new Promise((resolve) => to.once('drain', resolve).once('close', resolve));
    }
  };
  const copying = copy();
  copying.catch(() => undefined);
  await Promise.race([copying, sent.failed]);
}

function openOutput(url: string, options: ClientOptions, { output, streams }: FollowContext): Writable {
  if (output !== undefined) return openFile(output, streams);
  if (options.remoteName) return openFile(basename(parseUrl(url).pathname) || 'curl_response', streams);
  return streams.stdout;
}

function openFile(file: string, streams: CurlStreams): Writable {
  if (file === '-') return streams.stdout;
  if (file === '/dev/null') return new PassThrough().resume();
  return createWriteStream(file);
}

async function closeFile(file: Writable, { stdout }: CurlStreams): Promise<void> {
  if (file === stdout) return;
  file.end();
  try {
    await finished(file, { readable: false });
  } catch (error) {
    throw new CurlFailure(23, `Failed writing body: ${(error as Error).message}`);
  }
}

function valuesOf(progress: Progress, failure: CurlFailure | undefined, totalMs: number): WriteOutValues {
  const code = String(progress.status).padStart(3, '0');
  return {
    http_code: code,
    response_code: code,
    time_total: formatSeconds(totalMs),
    time_connect: formatSeconds(progress.connectMs),
    time_starttransfer: formatSeconds(progress.firstByteMs),
    size_header: progress.headerSize,
    size_download: progress.bodySize,
    num_redirects: progress.redirects,
    redirect_url: progress.redirectUrl,
    content_type: progress.contentType,
    url_effective: progress.url,
    method: progress.method,
    remote_ip: progress.remote.ip,
    remote_port: progress.remote.port,
    http_version: progress.status === 0 ? '0' : '1.1',
    scheme: progress.url.split(':')[0]?.toUpperCase(),
    exitcode: failure?.exitCode ?? 0,
    errormsg: failure?.message,
  };
}
