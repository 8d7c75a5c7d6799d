import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { createForwarder, parseNameservers } from '../../../dns/forwarder.ts';
import { LabError } from '../../../error.ts';
import { bootScript, unshareCommand } from '../namespaces/boot-script.ts';
import { bridgeBatch } from '../namespaces/network-plan.ts';
import { parseMountPoints, planRoot, type RootEntry, WRITABLE } from '../namespaces/root-plan.ts';
import { findTools } from '../namespaces/tools.ts';
import { fromWire, toWire } from '../protocol/wire-error.ts';
import { claimFolder, recordHolder } from './claim-folder.ts';
import type { InnerConfig, SupervisorConfig } from './config.ts';
import { containerPath, TOOL_PATH } from './container-path.ts';
import type { Notice, Question } from './half-link.ts';
import { hostPids } from './host-pids.ts';
import { bindPort } from './ports.ts';
import { watchFolder } from './watch-folder.ts';

/**
 * The outer half of a supervisor in namespace mode: stays on the host, starts the inner half, opens ports for it, and
 * removes the lab's folder when it ends.
 *
 * @returns when the inner half is ready
 * @throws LabError when the lab cannot be made; nothing is left then
 */
export async function runOuter(config: SupervisorConfig, self: NodeJS.Process): Promise<void> {
  const createdAt = Date.now();
  const { tools, missing } = findTools(config.path);
  if (missing.length > 0) throw new LabError('runtime', `not on this machine: ${missing.join(', ')}`);
  const networks = config.identity.networks.length > 0 ? config.identity.networks : ['default'];
  const mounts = parseMountPoints(readFileSync('/proc/self/mountinfo', 'utf8'));
  const plan = planRoot(rootEntries(), mounts, config.visible, WRITABLE.filter(isForeign));
  const folder = claimFolder(config, createdAt);
  const path = containerPath(config.path, self.execPath);
  const innerConfig: InnerConfig = {
    identity: config.identity,
    createdAt,
    tools,
    plan,
    networks,
    folder,
    path,
  };
  const inner = [self.execPath, ...self.execArgv, self.argv[1]!, 'inner', config.identity.lab];
  const bridges = bridgeBatch([...networks.keys()], true);
  const [command, ...args] = unshareCommand(tools);
  const env = {
    PATH: `${config.path}:${TOOL_PATH}`,
    ENVOY_LAB_BOOT: bootScript(tools, inner, plan.overlays, bridges),
    ENVOY_LAB_SUPERVISOR: JSON.stringify(innerConfig),
  };
  const child = spawn(command!, args, { cwd: '/', env, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  recordHolder(folder, child.pid);
  let complaint = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-4000);
  });
  const clean = () => rmSync(folder, { recursive: true, force: true });
  const forward = createForwarder(nameservers(), () => Date.now());
  const ready = new Promise<void>((resolve, reject) => {
    child.on('message', (message: Notice | Question) => {
      if (!('notice' in message)) void answer(child, message, forward);
      else if (message.notice === 'ready') resolve();
      else reject(fromWire(message.error));
    });
    child.once('error', reject);
    child.once('exit', () => {
      const why = complaint.trim().split('\n').slice(-3).join('; ');
      reject(new LabError('runtime', `the lab could not be started: ${why || 'its first process ended'}`));
    });
  });
  try {
    await ready;
  } catch (error) {
    child.kill('SIGKILL');
    clean();
    throw error instanceof LabError && complaint !== '' && !error.message.includes(complaint.trim())
      ? new LabError(error.code, `${error.message}: ${complaint.trim()}`, { hint: error.hint })
      : error;
  }
  const end = () => {
    clean();
    self.exit(0);
  };
  child.once('exit', end);
  if (child.exitCode !== null || child.signalCode !== null) end();
  watchFolder(folder, () => child.kill('SIGKILL'));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    self.on(signal, () => child.kill('SIGKILL'));
  }
}

type Forward = (query: Buffer) => Promise<Buffer | undefined>;

async function answer(child: ChildProcess, question: Question, forward: Forward): Promise<void> {
  const { id } = question;
  try {
    switch (question.ask) {
      case 'bind': {
        const bound = await bindPort(question);
        const reply = { id, ok: { port: bound.port, moved: bound.moved } };
        if (bound.protocol === 'udp') {
          child.send(reply, bound.socket, () => bound.socket.close());
          return;
        }
        // A client may be quicker than the handle.
        bound.server.on('connection', (socket) => child.send({ stray: id }, socket));
        child.send(reply, bound.server, () => bound.server.close());
        return;
      }
      case 'resolve': {
        const response = await forward(Buffer.from(question.query, 'base64'));
        child.send({ id, ok: response?.toString('base64') ?? null });
        return;
      }
      case 'hostPids':
        child.send({ id, ok: [...hostPids(child.pid!, question.pids)] });
    }
  } catch (error) {
    if (child.connected) child.send({ id, error: toWire(error) });
  }
}

function rootEntries(): RootEntry[] {
  return readdirSync('/').map((name) => {
    const path = `/${name}`;
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return { name, kind: 'symlink', target: readlinkSync(path) };
    if (stat.isDirectory()) return { name, kind: 'directory', readable: isReadable(path) };
    return { name, kind: 'other' };
  });
}

function isForeign(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && stat.uid !== process.getuid?.();
}

function isReadable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function nameservers(): string[] {
  try {
    return parseNameservers(readFileSync('/etc/resolv.conf', 'utf8'));
  } catch {
    return [];
  }
}
