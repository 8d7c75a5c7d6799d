import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';

/** Environment variable by which a command and its children are found again. */
const MARK = 'ENVOY_LAB_EXEC';
/** How long a command that is to be killed may take to begin, in ms. */
const BEGIN_MS = 5000;
/** How long it may then take to end, in ms. */
const END_MS = 2000;

/** A mark for one command, as a variable of its environment. */
export function newMark(): string {
  return `${MARK}=${randomUUID()}`;
}

/**
 * Kills, inside a container, what has the mark in its environment ($1), and the session of the command itself ($2, where
 * that is known: a command may have cleared its environment). Goes on until nothing of it is left. Only what every shell has
 * built in is used.
 */
const SCRIPT = `
pass=0
while [ $pass -lt 50 ]; do
  pass=$((pass + 1)) found=
  for dir in /proc/[0-9]*; do
    pid=\${dir#/proc/}
    [ "$pid" = "$$" ] && continue
    { IFS= read -r stat < "$dir/stat"; } 2>/dev/null || continue
    rest=\${stat##*) }
    state=\${rest%% *} rest=\${rest#* * }
    rest=\${rest#* }
    [ "$state" = Z ] && continue
    hit=
    [ -n "$2" ] && [ "\${rest%% *}" = "$2" ] && hit=1
    [ -z "$hit" ] && { while IFS= read -r line || [ -n "$line" ]; do
      case "$line" in *"$1"*) hit=1; break ;; esac
    done < "$dir/environ"; } 2>/dev/null
    [ -n "$hit" ] && kill -9 "$pid" 2>/dev/null && found=1
  done
  [ -z "$found" ] && exit 0
done
exit 1`;

/**
 * Kills a command that an exec runs, with all that it started. The engine has no call for that: another command does it
 * inside, as the same user, then as root.
 */
export async function killExec(
  docker: Docker,
  container: string,
  { exec, mark, user }: { readonly exec: string; readonly mark: string; readonly user: string | undefined },
): Promise<void> {
  const begun = await untilState(docker, exec, BEGIN_MS, ({ Running, Pid }) => !Running || Pid > 0);
  if (begun === undefined || !begun.Running) return;
  const inner = innerPid(begun.Pid, container);
  for (const who of user === undefined || user === '0' ? [user] : [user, '0']) {
    const ran = await runScript(docker, container, [mark, inner === undefined ? '' : String(inner)], who);
    if (!ran && inner !== undefined) killFromHere(begun.Pid);
    const now = await untilState(docker, exec, END_MS, ({ Running }) => !Running);
    if (!now?.Running) return;
  }
}

type State = Pick<Docker.ExecInspectInfo, 'Running' | 'Pid'>;

async function untilState(
  docker: Docker,
  exec: string,
  timeoutMs: number,
  done: (state: State) => boolean,
): Promise<State | undefined> {
  const deadline = Date.now() + timeoutMs;
  for (let pause = 5; ; pause = Math.min(pause * 2, 100)) {
    const state = await docker
      .getExec(exec)
      .inspect()
      .catch(() => undefined);
    if (state === undefined || done(state) || Date.now() > deadline) return state;
    await delay(pause);
  }
}

/** @returns whether the container has a shell that did it */
async function runScript(
  docker: Docker,
  container: string,
  args: string[],
  user: string | undefined,
): Promise<boolean> {
  try {
    const exec = await docker.getContainer(container).exec({
      Cmd: ['sh', '-c', SCRIPT, 'sh', ...args],
      AttachStdout: true,
      AttachStderr: true,
      ...(user === undefined ? {} : { User: user }),
    });
    const stream = await exec.start({ hijack: true, stdin: false });
    stream.on('error', () => {});
    stream.resume();
    const ended = new Promise((resolve) => stream.once('close', resolve));
    // Engines forget to close what runs in a container that goes meanwhile.
    const late = setTimeout(() => stream.destroy(), BEGIN_MS);
    await ended;
    clearTimeout(late);
    return (await exec.inspect()).ExitCode === 0;
  } catch {
    return false;
  }
}

/**
 * A command's number inside its container, where the engine runs on this very machine; the container's id among the
 * process's groups proves that it is no stranger that has the number here.
 */
function innerPid(pid: number, container: string): number | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cgroup`, 'latin1').includes(container)) return undefined;
    const numbers = /^NSpid:(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(numbers?.trim().split(/\s+/).at(-1)) || undefined;
  } catch {
    return undefined;
  }
}

function killFromHere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Not allowed, or gone.
  }
}
