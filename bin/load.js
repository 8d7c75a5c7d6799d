'use strict';
const { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

/**
 * Loads a program of dist/start with the code that V8 compiled of it earlier; without, half of a start is compiling. A cache
 * of another V8, or of other flags, V8 refuses by itself. Says what to do where nothing was built.
 */
exports.load = function load(program) {
  const file = join(__dirname, '..', 'dist', 'start', `${program}.cjs`);
  if (!existsSync(file)) {
    console.error(`${program} is not built\nhint: npm ci`);
    process.exit(3);
  }
  const cachedData = cached(cacheOf(file));
  const before = statSync(file);
  const script = compile(file, cachedData);
  if (cachedData === undefined) process.once('exit', () => keep(file, before, script));
  const module = { exports: {} };
  script.runInThisContext().call(module.exports, module.exports, require, module, file, dirname(file));
  return module.exports;
};

exports.cacheOf = (file) => `${file}.${process.version}-${process.arch}.cache`;

/** A CommonJS file as a script. The bundles are ASCII, which Latin-1 is read as without a look at each byte. */
exports.compile = function compile(file, cachedData) {
  const head = '(function (exports, require, module, __filename, __dirname) { ';
  const code = `${head}${readFileSync(file, 'latin1')}\n})`;
  return new Script(code, { filename: file, columnOffset: -head.length, cachedData });
};

const { cacheOf, compile } = exports;

function cached(file) {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/**
 * For the next start; only beside bundles that nobody but this user can change, and only when the bundle is still the one that
 * was loaded: of the source V8 compares no more than the length.
 */
function keep(file, before, script) {
  const cache = cacheOf(file);
  // Process ids repeat: a lab's processes have their own.
  const fresh = `${cache}.${process.pid}.${process.hrtime.bigint()}`;
  try {
    const { uid, mode } = statSync(dirname(cache));
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return;
    writeFileSync(fresh, script.createCachedData(), { flag: 'wx', mode: 0o644 });
    const now = statSync(file);
    if (now.ino === before.ino && now.mtimeMs === before.mtimeMs) renameSync(fresh, cache);
    else rmSync(fresh);
  } catch {
    // A package that cannot be written to starts as it is.
    rmSync(fresh, { force: true });
  }
}
