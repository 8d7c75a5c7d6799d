import type { Verdict } from '../../src/proxy/codec/http1/battery/case.ts';
import type { ResponseVerdict } from '../../src/proxy/codec/http1/battery/response-case.ts';
import type { Input } from './input.ts';
import { llhttpRequests, llhttpResponse, type Reading } from './llhttp.ts';
import { readPieces } from './splits.ts';

/** The first thing llhttp read otherwise than our codec: `OURS / LLHTTP`; undefined when they agree. */
export async function parserDifference(input: Input): Promise<string | undefined> {
  if (input.kind === 'request') {
    return compare(readRequests(readPieces(input, [input.bytes]) as Verdict), await llhttpRequests(input));
  }
  return compare(
    readResponse(readPieces(input, [input.bytes]) as ResponseVerdict),
    await llhttpResponse(input),
  );
}

function compare(ours: Reading, llhttp: Reading): string | undefined {
  const [a, b] = [steps(ours), steps(llhttp)];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    if (a[i] === 'managed' || (isRefusal(a[i]!) && isRefusal(b[i]!))) return undefined;
    if (a[i]!.startsWith('message') && b[i]!.startsWith('message')) return 'another message / message';
    return `${kind(a[i]!)} / ${kind(b[i]!)}`;
  }
  return undefined;
}

const steps = ({ messages, end }: Reading) => [...messages.map((text) => `message ${text}`), end];
/** Each parser has its own words for why. */
const isRefusal = (step: string) => step.startsWith('refused ') || step.startsWith('HPE_');
const kind = (step: string) => (step.startsWith('message ') ? 'message' : step);

/** What became of each request, as far as the codec alone decides. */
function readRequests({ outcomes }: Verdict): Reading {
  const messages: string[] = [];
  for (const outcome of outcomes) {
    if (outcome.kind === 'waiting') return { messages, end: 'waiting' };
    if (outcome.kind === 'refused') {
      return { messages, end: outcome.codec ? `refused ${outcome.details}` : 'managed' };
    }
    if (outcome.partial && !outcome.line.startsWith('CONNECT ')) return { messages, end: 'waiting' };
    if (outcome.line.startsWith('CONNECT ')) return { messages: [...messages, 'CONNECT '], end: 'done' };
    messages.push(`${outcome.line.split(' ')[0]} ${outcome.body}`);
  }
  return { messages, end: 'done' };
}

function readResponse({ status, body, end }: ResponseVerdict): Reading {
  if (end === 'complete') return { messages: [`${status} ${body}`], end: 'done' };
  return { messages: [], end: end === 'waiting' ? end : `refused ${end}` };
}
