import { DocumentError } from '../document/problem.ts';
import { readDocuments } from './read/documents.ts';
import { type ManifestOptions, type ManifestSandbox, toSandbox } from './to-sandbox.ts';

/** What a manifest's text becomes, for tests. */
export function sandboxOf(text: string, options: Partial<ManifestOptions> = {}): ManifestSandbox {
  return toSandbox(readDocuments(text, 'm.yaml'), {
    name: undefined,
    parameters: new Map(),
    remembered: [],
    images: new Map(),
    checks: [],
    ...options,
  });
}

/** What is wrong with a manifest, a line each. */
export function problemsOf(text: string, options: Partial<ManifestOptions> = {}): string[] {
  try {
    sandboxOf(text, options);
    return [];
  } catch (error) {
    if (error instanceof DocumentError) return error.message.split('\n').slice(1);
    throw error;
  }
}

/** A Pod's manifest: `spec` is YAML in braces or below, indented by two. */
export function podText(spec: string, name = 'web'): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name}, labels: { app: ${name} } }\nspec:\n${spec}\n`;
}

/** The node of a sandbox. */
export function nodeOf(made: ManifestSandbox, name = 'web'): Record<string, unknown> {
  return (made.sandbox.nodes as Record<string, Record<string, unknown>>)[name]!;
}

/** A container of a node. */
export function containerOf(made: ManifestSandbox, name = 'app', node = 'web'): Record<string, unknown> {
  return (nodeOf(made, node).containers as Record<string, Record<string, unknown>>)[name]!;
}
