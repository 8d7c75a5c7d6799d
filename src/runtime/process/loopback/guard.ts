import { type ChildProcess, spawn } from 'node:child_process';
import { MARK } from './marked-processes.ts';

/**
 * Waits for its stdin to end, which it does when the supervisor dies, however it dies; then kills what the lab left, by
 * mark where there is /proc and by process group elsewhere, and removes the lab's folder.
 */
const SCRIPT = `
groups=
while read -r change group; do
  case $change in
    add) groups="$groups $group " ;;
    drop) groups=$(echo "$groups" | sed "s/ $group / /") ;;
  esac
done
for round in 1 2 3 4 5 6 7 8 9 10; do
  for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
  pids=$(grep -lsz "^${MARK}=$1/" /proc/[0-9]*/environ 2>/dev/null | sed 's|/proc/||; s|/environ||')
  [ -z "$pids" ] && break
  kill -KILL $pids 2>/dev/null
done
rm -rf -- "$2"
`;

/** How long after its death it is started again, in ms: where it cannot run, trying must not cost much. */
const RESTART_MS = 20;

/**
 * A small shell that outlives the supervisor just long enough to clean up after it. It is started again when it dies first,
 * so both must be killed at the same moment for anything to stay; `sweep` finds that.
 */
export class Guard {
  readonly #mark: string;
  readonly #folder: string;
  readonly #groups = new Set<number>();
  #shell: ChildProcess;
  #closed = false;

  constructor(mark: string, folder: string, path: string) {
    this.#mark = mark;
    this.#folder = folder;
    this.#shell = this.#start(path);
  }

  #start(path: string): ChildProcess {
    const shell = spawn('sh', ['-c', SCRIPT, 'envoy-lab-guard', this.#mark, this.#folder], {
      cwd: '/',
      env: { PATH: path },
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    shell.stdin!.on('error', () => {});
    shell.once('exit', () => {
      setTimeout(() => {
        if (!this.#closed) this.#shell = this.#start(path);
      }, RESTART_MS).unref();
    });
    for (const group of this.#groups) shell.stdin!.write(`add ${group}\n`);
    return shell;
  }

  /** A process group that must not outlive the lab. */
  add(group: number): void {
    this.#groups.add(group);
    this.#shell.stdin!.write(`add ${group}\n`);
  }

  drop(group: number): void {
    this.#groups.delete(group);
    this.#shell.stdin!.write(`drop ${group}\n`);
  }

  /** Lets it clean up; resolves when it has. */
  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    await new Promise((resolve) => {
      shell.once('exit', resolve);
      shell.stdin!.end();
    });
  }
}
