// The library's types: what the compiler writes for all of its code, reduced to the files that its index leads to, so that
// a user's project needs none of our packages to read them.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

/**
 * @param {string} root the repository
 * @param {string} entry the index, below `src`
 * @param {string} target folder the declarations are put into, as they lie below `src`
 */
export async function declarations(root, entry, target) {
  const all = mkdtempSync(join(tmpdir(), 'envoy-lab-types-'));
  try {
    await compile(root, join(root, 'src', entry), all);
    const queue = [join(all, entry.replace(/\.ts$/, '.d.ts'))];
    const seen = new Set(queue);
    for (const file of queue) {
      const text = readFileSync(file, 'utf8').replace(
        /(from |import\()(['"])(\.[^'"]+)\.ts\2/g,
        (_, before, quote, path) => {
          const next = resolve(dirname(file), `${path}.d.ts`);
          if (!seen.has(next)) queue.push(next);
          seen.add(next);
          return `${before}${quote}${path}.js${quote}`;
        },
      );
      const kept = join(target, relative(all, file));
      mkdirSync(dirname(kept), { recursive: true });
      writeFileSync(kept, text);
    }
  } finally {
    rmSync(all, { recursive: true, force: true });
  }
}

/** Types are checked by `npm run typecheck`; here they are only written down. */
async function compile(root, file, outDir) {
  const own = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  const compilerOptions = {
    ...own.compilerOptions,
    noEmit: false,
    noCheck: true,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(root, 'src'),
    outDir,
    typeRoots: [join(root, 'node_modules', '@types')],
  };
  const project = join(outDir, 'tsconfig.json');
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', project]);
  } catch (error) {
    throw new Error(`the library's types cannot be written:\n${error.stdout}`, { cause: error });
  }
}
