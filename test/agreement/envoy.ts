import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What the real Envoy says of a config, without running it. */
export async function validate(
  envoy: string,
  text: string,
  extension: 'yaml' | 'json' = 'yaml',
): Promise<{ ok: boolean; log: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
  try {
    const file = join(folder, `envoy.${extension}`);
    await writeFile(file, text);
    const args = ['--mode', 'validate', '-c', file, '-l', 'critical', '--use-dynamic-base-id'];
    return await new Promise((resolve) => {
      execFile(envoy, args, { timeout: 30_000 }, (error, stdout, stderr) => {
        resolve({ ok: error === null, log: stdout + stderr });
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The bootstrap as a running Envoy shows it at /config_dump. */
export async function dumpBootstrap(envoy: string, text: string): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'agreement-'));
  const file = join(folder, 'envoy.yaml');
  const admin = join(folder, 'admin');
  await writeFile(file, text);
  const args = ['-c', file, '-l', 'critical', '--use-dynamic-base-id', '--admin-address-path', admin];
  const server = spawn(envoy, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => server.once('close', resolve));
  let log = '';
  server.stderr.on('data', (chunk) => {
    log += chunk;
  });
  try {
    const deadline = Date.now() + 10_000;
    let address = '';
    while (address === '') {
      if (server.exitCode !== null || Date.now() > deadline) throw new Error(`Envoy did not start: ${log}`);
      await delay(20);
      address = await readFile(admin, 'utf8').catch(() => '');
    }
    const response = await fetch(`http://${address}/config_dump`);
    const dump = (await response.json()) as { configs: { bootstrap?: Record<string, unknown> }[] };
    return dump.configs.find(({ bootstrap }) => bootstrap !== undefined)!.bootstrap!;
  } finally {
    server.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}
