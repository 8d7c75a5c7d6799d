import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface LeakOptions {
  /** Ports of 127.0.0.1 that must be free again. */
  readonly ports?: readonly number[];
  /** False: files may be left, for a sweep to find. */
  readonly files?: boolean;
}

/** What was there before a test, to compare with. */
export interface LeakCheck {
  /** Fails when anything of labs under the state folder is left; waits a moment for the kernel to finish. */
  assertClean(options?: LeakOptions): Promise<void>;
}

/** How long ending processes may take to disappear, in ms. */
const SETTLE_MS = 2000;

/**
 * Looks for what a lab may leave on a machine: processes, network and PID namespaces, mounts, ports, files. Processes are
 * told by the state folder, which all of a lab's carry in their environment or command line, so that labs of others on the
 * same machine do not disturb.
 */
export function watchLeaks(stateDir: string): LeakCheck {
  const namespaces = namedNamespaces();
  const findings = async (ports: readonly number[], files: boolean) => [
    ...processesOf(stateDir).map((found) => `process ${found}`),
    ...mountsOf(stateDir).map((line) => `mount ${line}`),
    ...namedNamespaces()
      .filter((name) => !namespaces.includes(name))
      .map((name) => `network namespace ${name}`),
    ...(files ? filesBelow(stateDir) : []).map((file) => `file ${file}`),
    ...(await takenPorts(ports)).map((port) => `port ${port}`),
  ];
  return {
    assertClean: async ({ ports = [], files = true } = {}) => {
      const deadline = Date.now() + SETTLE_MS;
      let left = await findings(ports, files);
      while (left.length > 0 && Date.now() < deadline) {
        await delay(20);
        left = await findings(ports, files);
      }
      assert.deepEqual(left, [], 'left behind');
    },
  };
}

/** Processes, but this one and those above it, that name the folder. */
function processesOf(stateDir: string): string[] {
  const own = new Set([process.pid, process.ppid]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && !own.has(Number(name)))
    .filter(
      (pid) =>
        read(`/proc/${pid}/environ`).includes(stateDir) || read(`/proc/${pid}/cmdline`).includes(stateDir),
    )
    .map(
      (pid) =>
        `${pid} (${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').slice(0, 100)}) in ${namespaceOf(pid)}`,
    );
}

function namespaceOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return 'no namespace any more';
  }
}

function mountsOf(stateDir: string): string[] {
  return read('/proc/self/mountinfo')
    .split('\n')
    .filter((line) => line.includes(stateDir) || line.includes('envoy-lab'));
}

/** What `ip netns add` would leave on the host. Podman keeps those of its containers there too, by a UUID: they are not a lab's. */
function namedNamespaces(): string[] {
  try {
    return readdirSync('/run/netns').filter(
      (name) => !/^(netns|cni)-[0-9a-f]{8}(-[0-9a-f]{4}){3}/.test(name),
    );
  } catch {
    return [];
  }
}

/** Everything but empty folders. */
function filesBelow(folder: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(folder, { recursive: true }).map(String);
  } catch {
    return [];
  }
  return entries.filter(
    (entry) => !(statSync(`${folder}/${entry}`, { throwIfNoEntry: false })?.isDirectory() ?? false),
  );
}

async function takenPorts(ports: readonly number[]): Promise<number[]> {
  const taken = await Promise.all(ports.map(async (port) => ((await isFree(port)) ? [] : [port])));
  return taken.flat();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)));
  });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
