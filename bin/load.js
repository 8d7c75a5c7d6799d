import { existsSync } from 'node:fs';

/** Imports a bundle of dist/, or says what to do where it was not built. */
export async function load(bundle) {
  const url = new URL(`../dist/${bundle}`, import.meta.url);
  if (!existsSync(url)) {
    console.error(`${bundle} is not built\nhint: npm ci`);
    process.exit(3);
  }
  return import(url.href);
}
