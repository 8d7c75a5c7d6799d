import { median } from '../rounds.ts';

/** A limit to the ratio of ours to the peer's. */
export interface Asked {
  readonly sign: '≥' | '≤';
  readonly ratio: number;
}

/** A figure of both, medians of the rounds. */
export interface Pair {
  readonly peer: number;
  /** Undefined: not supported. */
  readonly ours: number | undefined;
  readonly asked?: Asked | undefined;
}

/** A line of the table. */
export interface Line {
  readonly work: string;
  /** The peer that is not Envoy. */
  readonly peer?: string;
  readonly unit: string;
  readonly figure: Pair;
  /** ms. */
  readonly p99?: Pair;
  /** µs of CPU for each request. */
  readonly cpu?: Pair;
  /** Share of one core that was used. */
  readonly busy?: Pair;
}

/** The first two lines, as Markdown. */
export const tableHead: readonly string[] = [
  '| work | peer | in | peer / ts | ratio | p99 ms | ratio | CPU µs each | CPU busy |',
  '|---|---|---|---|---|---|---|---|---|',
];

/** A line as Markdown. */
export function tableLine(line: Line): string {
  return `| ${cells(line).join(' | ')} |`;
}

/** The row of something that went wrong. */
export function failed(work: string, error: unknown): string {
  const first = String(error instanceof Error ? error.message : error).split('\n')[0]!;
  return `| ${work} | **failed: ${first.replaceAll('|', '\\|')}** |`;
}

function cells({ work, peer = 'envoy', unit, figure, p99, cpu, busy }: Line): string[] {
  const rest = [
    ...(p99 ? [both(p99), ratio(p99)] : ['', '']),
    cpu ? both(cpu) : '',
    busy ? both(busy, percent) : '',
  ];
  return [work, peer, unit, both(figure), ratio(figure), ...rest];
}

function both({ peer, ours }: Pair, print = number): string {
  return `${print(peer)} / ${ours === undefined ? '–' : print(ours)}`;
}

function ratio({ peer, ours, asked }: Pair): string {
  const limit = asked && `${asked.sign} ${asked.ratio}`;
  if (ours === undefined) return limit ? `not supported (${limit}: **no**)` : 'not supported';
  const value = ours / peer;
  return asked ? `${value.toFixed(2)} (${limit}: ${verdict(value, asked)})` : value.toFixed(2);
}

/** Judged as it is printed, to two digits. */
function verdict(ratio: number, { sign, ratio: limit }: Asked): string {
  const printed = Number(ratio.toFixed(2));
  return (sign === '≥' ? printed >= limit : printed <= limit) ? 'yes' : '**no**';
}

function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en');
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** The medians of a figure over the rounds; ours is undefined where there are none. */
export function medians(
  peer: readonly number[],
  ours: readonly number[] | undefined,
  asked?: Asked | undefined,
): Pair {
  return { peer: median(peer), ours: ours && median(ours), asked };
}
