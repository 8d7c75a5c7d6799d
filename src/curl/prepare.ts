import { readFile } from 'node:fs/promises';
import type { Dialed } from '../runtime/runtime.ts';
import { type Authority, authoritiesOf } from './authority.ts';
import { urlsInConfig } from './config-file.ts';
import type { CurlNetwork } from './curl.ts';
import { addToSections, type CurlSection, readCurlWords } from './words.ts';

/** A curl command that reaches the lab. Disposing it closes the ways it uses. */
export interface PreparedCurl extends AsyncDisposable {
  readonly argv: readonly string[];
  /** Added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Which ports of the lab refused, one sentence each: curl knows only of the address that stands in for them. */
  readonly refusals: readonly string[];
}

/** Where curl is sent instead of a port that refuses, to be refused: tcpmux (RFC 1078), which nobody serves. */
const REFUSES = { host: '127.0.0.1', port: 1, [Symbol.asyncDispose]: async () => undefined };

/**
 * Makes the lab's names reachable: for every URL whose host is one of them a way is opened, and curl is told of it by
 * `--connect-to`, so that the Host header, SNI and the certificate's name stay those of the URL. Proxies of the
 * environment are bypassed for them. The user's own words come first, so what they say of a host wins.
 */
export async function prepareCurl(words: readonly string[], network: CurlNetwork): Promise<PreparedCurl> {
  const sections = readCurlWords(words);
  const authorities = await targetsOf(sections, network);
  const opened = await Promise.allSettled(authorities.map((authority) => openWay(authority, network)));
  const ways = opened.flatMap((way) => (way.status === 'fulfilled' && way.value ? [way.value] : []));
  const close = async (): Promise<void> => {
    await Promise.all(ways.map(({ dialed }) => dialed[Symbol.asyncDispose]()));
  };
  const failed = opened.find((way) => way.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }
  const connectTo = ways.flatMap(({ authority: { host, port }, dialed }) => [
    '--connect-to',
    `${host}:${port}:${dialed.host}:${dialed.port}`,
  ]);
  return {
    argv: connectTo.length === 0 ? [...words] : addToSections(words, sections, () => connectTo),
    env: noProxy([...new Set(ways.map(({ authority }) => authority.host))]),
    refusals: ways.flatMap(({ refusal }) => refusal ?? []),
    [Symbol.asyncDispose]: close,
  };
}

/** Every host and port that curl may connect to first, each once. */
async function targetsOf(sections: readonly CurlSection[], network: CurlNetwork): Promise<Authority[]> {
  const seen = new Map<string, Authority>();
  const add = (authority: Authority): void => {
    seen.set(`${authority.host}:${authority.port}`, authority);
  };
  for (const { urls, options } of sections) {
    const configs = await Promise.all((options.get('config') ?? []).map(readConfig));
    const scheme = options.get('proto-default')?.at(-1);
    for (const url of [...urls, ...configs.flat()]) {
      authoritiesOf(url, scheme, !options.has('globoff')).forEach(add);
    }
    if (options.has('location') || options.has('location-trusted')) network.redirectTargets?.().forEach(add);
  }
  return [...seen.values()];
}

async function readConfig(file: string): Promise<string[]> {
  try {
    return urlsInConfig(await readFile(file, 'utf8'));
  } catch {
    // curl says why it cannot read it; from its stdin (`-K -`) no name can be known here.
    return [];
  }
}

async function openWay(
  authority: Authority,
  network: CurlNetwork,
): Promise<{ authority: Authority; dialed: Dialed; refusal?: string } | undefined> {
  const replica = network.resolve(authority.host);
  if (replica === undefined) return undefined;
  try {
    return { authority, dialed: await network.dial(replica, authority.port) };
  } catch (error) {
    const { message, cause } = error as Error;
    if ((cause as NodeJS.ErrnoException | undefined)?.code !== 'ECONNREFUSED') throw error;
    // curl is to be refused itself: its exit code, its --fail-early, --retry and --write-out all hold then.
    return { authority, dialed: REFUSES, refusal: message };
  }
}

/** curl reads the lower-case name first, other programs the upper-case one. */
function noProxy(names: readonly string[]): Record<string, string> {
  if (names.length === 0) return {};
  const list = names.join(',');
  return { no_proxy: list, NO_PROXY: list };
}
