import type { Socket } from 'node:net';
import { type Duplex, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { LabError } from '../../../error.ts';
import type { ExecSession } from '../../runtime.ts';
import { engineText, isMissing, statusOf } from '../errors.ts';
import { readMultiplexed, type Written } from '../multiplexed.ts';
import { containerEnded, untilContainerEnds } from './container-end.ts';
import { mayBeFailure, type StartFailure } from './failure.ts';
import { killExec } from './kill.ts';
import { Output } from './output.ts';
import { resizer } from './resize.ts';
import { END_OF_INPUT } from './terminal.ts';

/** A command that the engine was told to start. */
export interface Started {
  readonly docker: Docker;
  /** The engine's id of the container. */
  readonly container: string;
  readonly exec: Docker.Exec;
  readonly socket: Duplex;
  readonly mark: string;
  readonly user: string | undefined;
  readonly tty: boolean;
  /** Reads the engine's words in place of the command's; see `startFailure`. */
  readonly judge: (said: string, code: number) => Promise<StartFailure | undefined>;
}

/** How long a command's end may be in coming after its output has ended, in ms. */
const END_MS = 5000;

/** A session that need not keep this process alive. */
export interface EngineExec extends ExecSession {
  /** The process stays while the command runs; so it is at first. */
  ref(): void;
  unref(): void;
}

/** A running command: its session, and what became of its start. */
export interface Begun {
  readonly session: EngineExec;
  /** Resolves with the failure when the engine could not start it; rejects when it refuses to. */
  readonly verdict: Promise<StartFailure | undefined>;
}

/** Joins a command's streams with a session. */
export function beginSession(started: Started): Begun {
  const { docker, container, exec, socket, mark, user, tty, judge } = started;
  const outputs = { stdout: new Output(), stderr: new Output() };
  const { stdout, stderr } = outputs;
  let over = false;
  let closing = false;
  let settle: {
    begun: () => void;
    failed: (failure: StartFailure | undefined) => void;
    refused: (e: unknown) => void;
  };
  const verdict = new Promise<StartFailure | undefined>((resolve, reject) => {
    settle = { begun: () => resolve(undefined), failed: resolve, refused: reject };
  });
  verdict.catch(() => {});
  socket.on('error', () => {});

  const push = ({ stream, bytes }: Written) => outputs[stream].push(bytes);
  const run = async (): Promise<number> => {
    let held: Written[] | undefined = [];
    for await (const written of untilReset(tty ? raw(socket) : readMultiplexed(socket))) {
      // The engine's words are the only ones, and end the stream.
      if (held !== undefined && mayBeFailure(written.bytes)) {
        held.push(written);
        continue;
      }
      settle.begun();
      for (const earlier of held ?? []) await push(earlier);
      held = undefined;
      await push(written);
    }
    const code = await exitCodeOf(exec);
    const said = Buffer.concat((held ?? []).map(({ bytes }) => bytes)).toString();
    const failure = said === '' ? undefined : await judge(said, code);
    settle.failed(failure);
    if (failure === undefined) for (const earlier of held ?? []) await push(earlier);
    else await (tty ? stdout : stderr).push(Buffer.from(tty ? `${failure.text}\r\n` : `${failure.text}\n`));
    return failure?.code ?? code;
  };
  const exitCode = run()
    .catch((error: unknown) => {
      const lost = error instanceof LabError ? error : cutOff(closing, error);
      settle.refused(lost);
      throw lost;
    })
    .finally(() => {
      over = true;
      for (const output of [stdout, stderr]) output.end();
      socket.destroy();
    });
  // Whoever disposes the session early does not wait for its code.
  exitCode.catch(() => {});
  void untilContainerEnds(docker.getContainer(container), () => over).then(() =>
    socket.destroy(containerEnded()),
  );

  const resize = resizer(exec, () => over);
  const session: EngineExec = {
    stdin: inputOf(socket, tty),
    stdout: stdout.stream,
    stderr: stderr.stream,
    exitCode,
    resize: (columns, rows) => {
      if (tty) resize({ w: columns, h: rows });
    },
    ref: () => void (socket as Partial<Socket>).ref?.(),
    unref: () => void (socket as Partial<Socket>).unref?.(),
    [Symbol.asyncDispose]: async () => {
      closing = true;
      if (!over) await killExec(docker, container, { exec: exec.id, mark, user });
      socket.destroy();
      stdout.release();
      stderr.release();
      await exitCode.catch(() => {});
    },
  };
  return { session, verdict };
}

/**
 * Podman resets the connection of a command that ends with input unread. Whether it has ended, and how, the engine is asked
 * in any case.
 */
async function* untilReset(output: AsyncIterable<Written>): AsyncGenerator<Written> {
  try {
    yield* output;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  }
}

async function* raw(socket: Duplex): AsyncGenerator<Written> {
  for await (const bytes of socket as AsyncIterable<Buffer>) yield { stream: 'stdout', bytes };
}

/** A command may end without reading its input: what is left is dropped. */
function inputOf(socket: Duplex, tty: boolean): Writable {
  let last = 0x0a;
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      last = chunk.at(-1) ?? last;
      if (!socket.writable || socket.write(chunk)) return done();
      const resume = () => {
        socket.off('drain', resume);
        socket.off('close', resume);
        done();
      };
      socket.on('drain', resume);
      socket.on('close', resume);
    },
    final: (done) => {
      if (!socket.writable) return done();
      if (tty) socket.write(last === 0x0a ? END_OF_INPUT : END_OF_INPUT.repeat(2));
      else socket.end();
      done();
    },
  });
}

async function exitCodeOf(exec: Docker.Exec): Promise<number> {
  const deadline = Date.now() + END_MS;
  for (let pause = 2; ; pause = Math.min(pause * 2, 100)) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running && ExitCode !== null) return ExitCode;
    if (Date.now() > deadline) throw new Error('the engine does not say how it ended');
    await delay(pause);
  }
}

function cutOff(closing: boolean, cause: unknown): LabError {
  const why = closing
    ? 'the session was closed'
    : isMissing(cause) || statusOf(cause) === 409
      ? 'its container has ended'
      : engineText(cause);
  return new LabError('runtime', `the command was cut off: ${why}`, { cause });
}
