import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';

const { cacheOf, compile } = createRequire(import.meta.url)('../bin/load.js');

/** Keeps what V8 makes of all of a program's functions, which it otherwise compiles when each is first called. */
export function compileAhead(file) {
  // What is kept fits the flags of the moment it is written, and a program is started without this one.
  setFlagsFromString('--no-lazy');
  const script = compile(file);
  setFlagsFromString('--lazy');
  writeFileSync(cacheOf(file), script.createCachedData());
}
