import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ExecRequest } from '../../runtime.ts';
import { drained } from '../protocol/drained.ts';
import { FrameKind, readFrames, writeFrame } from '../protocol/frames.ts';
import type { CallContext } from './control-server.ts';
import { exitCodeOf } from './exit-code.ts';
import { OutputPump } from './output-pump.ts';
import { resizeTerminal, terminalRequest } from './terminal.ts';

/** How many FIFOs are kept ready for the next commands. */
const READY = 8;

/** `exec`: a command in a container, its streams as frames. The command is killed when the client goes. */
export async function serveExec({ lab, args, socket, signal, reply }: CallContext<'exec'>): Promise<void> {
  const { container, pid } = lab.nodes.runningContainer(args.node, args.container);
  const request: ExecRequest = args.tty === undefined ? args : terminalRequest(args, args.tty);
  await lab.fifos.prepare(2);
  const stdin = await lab.fifos.input();
  const stdout = await lab.fifos.output();
  const stderr = await lab.fifos.output();
  const pipes = [stdin, stdout, stderr];
  try {
    const child = startCommand(() =>
      lab.isolation.exec(container.node, container.spec, pid, request, {
        stdin: stdin.fd,
        stdout: stdout.fd,
        stderr: stderr.fd,
      }),
    );
    // The next command finds its pipes ready.
    void lab.fifos.prepare(READY).catch(() => {});
    const kill = () => killGroup(child.pid);
    signal.addEventListener('abort', kill);
    if (signal.aborted) kill();
    // It may never read its stdin.
    stdin.stream.on('error', () => {});
    const exited = exitCodeOf(child);
    await reply(null);
    const output = [
      new OutputPump(socket, FrameKind.stdout, stdout.stream),
      new OutputPump(socket, FrameKind.stderr, stderr.stream),
    ];
    void receive(socket, stdin.stream, (columns, rows) => resizeTerminal(child.pid, columns, rows));
    const code = await exited;
    signal.removeEventListener('abort', kill);
    for (const pump of output) await pump.rest();
    writeFrame(socket, FrameKind.exit, Buffer.from(JSON.stringify({ code })));
    socket.end();
  } finally {
    for (const { stream } of pipes) stream.destroy();
  }

  /** The descriptors are the child's, or nobody's when there is none. */
  function startCommand(start: () => ChildProcess): ChildProcess {
    try {
      return start();
    } finally {
      for (const { fd } of pipes) closeSync(fd);
    }
  }
}

async function receive(
  socket: Socket,
  stdin: Socket,
  resize: (columns: number, rows: number) => void,
): Promise<void> {
  try {
    for await (const { kind, payload } of readFrames(socket)) {
      if (kind === FrameKind.stdin && !stdin.destroyed && !stdin.write(payload)) await drained(stdin);
      if (kind === FrameKind.stdinEnd) stdin.end();
      if (kind === FrameKind.resize) {
        const { columns, rows } = JSON.parse(payload.toString()) as { columns: number; rows: number };
        resize(columns, rows);
      }
    }
  } catch {
    // A broken connection.
  } finally {
    // The client has gone: closing kills the command.
    socket.destroy();
  }
}

/** Every command leads its own process group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}
