import { leaveProxyCore } from './cores.ts';
import { newFolder } from './folders.ts';
import { type Options, parseOptions } from './options.ts';
import { buildPrograms } from './programs.ts';
import { concurrency } from './rows/concurrency.ts';
import { loads } from './rows/loads.ts';
import { memory } from './rows/memory.ts';
import { routes } from './rows/routes.ts';
import type { Row } from './rows/row.ts';
import { startToReady } from './rows/start.ts';
import { failed, tableHead, tableLine } from './table.ts';

const rows: readonly Row[] = [...loads, memory, routes, startToReady, concurrency];

/**
 * The data plane against Envoy, row by row: see `parseOptions` for the words. A row in which anything was answered
 * wrongly is written as failed, and so is the run.
 */
export async function dataPlaneBench(words: readonly string[]): Promise<string> {
  const options = parseOptions(
    words,
    rows.map(({ key }) => key),
  );
  leaveProxyCore();
  const folder = await newFolder();
  const programs = await buildPrograms(folder);
  const table = [...tableHead];
  for (const { key, work, measure } of rows) {
    if (options.rows.length > 0 && !options.rows.includes(key)) continue;
    const report = (text: string) => console.error(`${key}: ${text}`);
    try {
      const lines = await measure({ options, programs, folder, report });
      table.push(...lines.map(tableLine));
    } catch (error) {
      report(`FAILED: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
      table.push(failed(work, error));
    }
  }
  return ['## Data plane', '', conditions(options), '', ...table, ''].join('\n');
}

/** How to read the table. */
function conditions({ rounds, seconds }: Options): string {
  return [
    `\`npm run bench -- data-plane\`: medians of ${rounds} rounds of ${seconds} s (1,000 connections: twice that) after one to warm`,
    'up, peers in turn in each; every answer is checked. The same YAML for Envoy 1.40 and for ours: the front proxy of the',
    'sandbox, without its access log but where the row says so. A proxy has one core (`taskset`) and one worker, load and',
    'upstream have the other. CPU busy under 100 %: the core had to wait, for the load or for others on this machine; CPU',
    'µs each, of the proxy for a request, does not mind. Load: wrk, h2load, and for WebSocket a program of our own, as the',
    'upstreams are (`bench/data-plane/go`). In brackets what is asked of the ratio. On a machine of two cores two workers',
    'share them with the load: `were the cores free` says what their CPU a request and their share of the connections would',
    'make of two free cores.',
  ].join('\n');
}
