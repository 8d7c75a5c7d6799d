/**
 * Advice with its commands as this user has to type them: under `npx envoy-lab`, where nothing else says that the
 * command is on the PATH, with `npx`. Paths and other words that only end like the command are left alone.
 */
export function asTyped(text: string, env: Readonly<Record<string, string | undefined>>): string {
  if (env.npm_lifecycle_event !== 'npx') return text;
  return text.replace(/(?<![\w/.-])(?<!npx )envoy-lab (?=[a-z-])/g, 'npx envoy-lab ');
}
