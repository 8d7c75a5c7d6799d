import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { ExecRequest } from '../../runtime.ts';
import { drained } from '../protocol/drained.ts';
import { FrameKind, readFrames, writeFrame } from '../protocol/frames.ts';
import type { CallContext } from './control-server.ts';
import { exitCodeOf } from './exit-code.ts';
import { resizeTerminal, terminalRequest } from './terminal.ts';

/** How long output may still come after the command has ended, in ms: a child it left behind may hold the pipe. */
const DRAIN_MS = 1000;

/** `exec`: a command in a container, its streams as frames. The command is killed when the client goes. */
export async function serveExec({ lab, args, socket, signal, reply }: CallContext<'exec'>): Promise<void> {
  const { container, pid } = lab.nodes.runningContainer(args.node, args.container);
  const request: ExecRequest = args.tty === undefined ? args : terminalRequest(args, args.tty);
  await lab.fifos.prepare(3);
  const [stdin, stdout, stderr] = [
    await lab.fifos.input(),
    await lab.fifos.output(),
    await lab.fifos.output(),
  ];
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr: stderr.fd };
  const child = lab.isolation.exec(container.node, container.spec, pid, request, streams);
  for (const fd of Object.values(streams)) closeSync(fd);
  const kill = () => killGroup(child.pid);
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  // It may never read its stdin.
  stdin.stream.on('error', () => {});
  const exited = exitCodeOf(child);
  await reply(null);
  const drained = Promise.all([
    send(socket, FrameKind.stdout, stdout.stream),
    send(socket, FrameKind.stderr, stderr.stream),
  ]);
  void receive(socket, stdin.stream, (columns, rows) => resizeTerminal(child.pid, columns, rows));
  const code = await exited;
  signal.removeEventListener('abort', kill);
  await Promise.race([drained, new Promise((resolve) => setTimeout(resolve, DRAIN_MS).unref())]);
  kill();
  for (const { stream } of [stdin, stdout, stderr]) stream.destroy();
  writeFrame(socket, FrameKind.exit, Buffer.from(JSON.stringify({ code })));
  socket.end();
}

async function send(socket: Socket, kind: number, stream: Readable): Promise<void> {
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (socket.destroyed) return;
      if (!writeFrame(socket, kind, chunk)) await drained(socket);
    }
  } catch {
    // The client has gone, or the pipe was destroyed at the end of the call.
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
