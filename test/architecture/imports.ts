import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One import statement of a source file. */
export interface Import {
  /** Path of the importing file from the repository's root. */
  readonly file: string;
  /** Path of the imported file from the root; for a package its name, for a part of Node `node:x`. */
  readonly target: string;
  readonly local: boolean;
  readonly typeOnly: boolean;
}

/** Every import of every file below `src`. */
export function readImports(options: { readonly tests: boolean }): Import[] {
  return sourceFiles()
    .filter((file) => options.tests || !file.endsWith('.test.ts'))
    .flatMap(importsOf);
}

/** Paths from the root of all TypeScript files below `src`. */
export function sourceFiles(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true })
    .map((file) => join('src', String(file)))
    .filter((file) => file.endsWith('.ts'))
    .sort();
}

export function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

function importsOf(file: string): Import[] {
  const text = read(file);
  const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm;
  const dynamic = /\bimport\('([^']+)'\)/g;
  const found = [...text.matchAll(statement)].map((match) => ({
    specifier: match[2]!,
    typeOnly: match[1] !== undefined,
  }));
  const lazy = [...text.matchAll(dynamic)].map((match) => ({ specifier: match[1]!, typeOnly: false }));
  return [...found, ...lazy].map(({ specifier, typeOnly }) => {
    const local = specifier.startsWith('.');
    const target = local
      ? relative(root, resolve(root, dirname(file), specifier))
      : specifier.startsWith('node:')
        ? specifier
        : specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/');
    return { file, target, local, typeOnly };
  });
}
