/**
 * `npm run bench`: every benchmark but the one that needs a cluster; `npm run bench -- lab`: one. Writes
 * `bench/results.md`. Words that follow a benchmark's name are its own, as in `npm run bench -- data-plane get`: such
 * a run is of a part, and only printed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { dataPlaneBench } from './data-plane/index.ts';
import { dockerBench } from './docker.ts';
import { kubernetesBench } from './kubernetes.ts';
import { labBench } from './lab.ts';
import { memoryBench } from './memory.ts';

const benches: Readonly<Record<string, (words: readonly string[]) => Promise<string>>> = {
  lab: labBench,
  memory: memoryBench,
  docker: dockerBench,
  'data-plane': dataPlaneBench,
  kubernetes: kubernetesBench,
};
const results = fileURLToPath(new URL('results.md', import.meta.url));
for (const [name, ...words] of asked(process.argv.slice(2))) {
  const section = await benches[name!]!(words);
  console.log(section);
  if (words.length === 0) writeFileSync(results, replaceSection(previous(), section));
}

/** The names of benchmarks, each with its words. */
function asked(args: readonly string[]): string[][] {
  const names = Object.keys(benches);
  if (args.length === 0) return names.filter((name) => name !== 'kubernetes').map((name) => [name]);
  const groups: string[][] = [];
  for (const word of args) {
    const group = groups.at(-1);
    if (names.includes(word)) groups.push([word]);
    else if (group?.[0] === 'data-plane') group.push(word);
    else throw new Error(`no benchmark named ${word}: there are ${names.join(', ')}`);
  }
  return groups;
}

function previous(): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
  const head = `# Results\n\nThe last full run of each benchmark. Machine: ${machine}.\nThese machines are shared and noisy: read the ratios.\n`;
  try {
    const sections = readFileSync(results, 'utf8')
      .split(/^(?=## )/m)
      .slice(1);
    return [head, ...sections].join('\n');
  } catch {
    return head;
  }
}

/** Puts the section in the place of the one with its title, or at the end. */
function replaceSection(text: string, section: string): string {
  const title = section.split('\n')[0]!;
  const parts = text.split(/^(?=## )/m);
  const at = parts.findIndex((part) => part.startsWith(`${title}\n`));
  if (at < 0) parts.push(section);
  else parts[at] = section;
  return `${parts.map((part) => part.trim()).join('\n\n')}\n`;
}
