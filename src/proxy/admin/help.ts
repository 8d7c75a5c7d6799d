import type { AdminHandler } from './handler.ts';

/** The list of pages that `/help` prints, and every answer to an unknown path. */
export function helpText(handlers: readonly AdminHandler[]): string {
  const sorted = [...handlers].sort((a, b) => (a.path < b.path ? -1 : 1));
  let text = 'admin commands are:\n';
  for (const { path, help, mutates, parameters = [] } of sorted) {
    text += `  ${path}${mutates ? ' (POST)' : ''}: ${help}\n`;
    for (const { name, help: what, values } of parameters)
      text += `      ${name}: ${what}${values ? `; One of (${values.join(', ')})` : ''}\n`;
  }
  return text;
}
