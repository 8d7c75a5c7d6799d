import { type ExecFileSyncOptions, execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/**
 * A project of somebody else that has this package as npm publishes it, and of ours nothing more: none of the packages we
 * are built from. Its one dependency beside is Node's types.
 */
export class Consumer implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'envoy-lab-consumer-'));

  constructor() {
    const modules = join(this.#folder, 'node_modules');
    const own = join(modules, 'envoy-lab');
    mkdirSync(own, { recursive: true });
    mkdirSync(join(modules, '@types'));
    const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', this.#folder];
    const quiet = { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] } satisfies ExecFileSyncOptions;
    const [packed] = JSON.parse(execFileSync('npm', pack, quiet).toString()) as [{ filename: string }];
    execFileSync('tar', ['-xzf', join(this.#folder, packed.filename), '-C', own, '--strip-components=1']);
    for (const name of ['@types/node', 'undici-types']) {
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    this.write('package.json', '{ "type": "module" }');
  }

  /** The path of a file in the project, which is written. */
  write(file: string, text: string): string {
    const path = join(this.#folder, file);
    writeFileSync(path, text);
    return path;
  }

  /** Compiles the project's `.ts` files as strictly as a project may ask for; `file.ts` becomes `out/file.js`. */
  compile(): Promise<Ended> {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      module: 'nodenext',
      target: 'es2022',
      types: ['node'],
      outDir: 'out',
    };
    this.write('tsconfig.json', JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    return this.#run([join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', '.'], {});
  }

  /** Runs a file of the project. */
  run(file: string, env: Readonly<Record<string, string>>): Promise<Ended> {
    return this.#run([file], env);
  }

  #run(argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
    return new Promise((resolve) => {
      const options = { cwd: this.#folder, env: { PATH: process.env.PATH, ...env }, timeout: 120_000 };
      execFile(process.execPath, [...argv], options, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
      );
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
