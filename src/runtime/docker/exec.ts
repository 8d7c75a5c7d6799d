import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import type Docker from 'dockerode';
import { LabError } from '../../error.ts';
import type { ExecRequest } from '../runtime.ts';
import { engineText, explain, statusOf } from './errors.ts';
import { type StartFailure, startFailure } from './exec/failure.ts';
import { newMark } from './exec/kill.ts';
import { type Begun, beginSession, type EngineExec, type Started } from './exec/session.ts';
import { sizedCommand } from './exec/terminal.ts';
import { label } from './labels.ts';

type Request = Omit<ExecRequest, 'node' | 'container' | 'tool'>;

/**
 * Starts a command in a running container.
 *
 * @throws LabError `usage` for a user it does not have; `runtime` when the container does not run
 */
export async function execIn(docker: Docker, container: string, request: Request): Promise<EngineExec> {
  if (request.tty !== undefined) {
    const sized = await begin(docker, container, request, sizedCommand(request.argv, request.tty));
    const failure = await untilBegun(docker, sized);
    if (failure?.missing === undefined) return resized(sized.begun.session, request.tty);
    // No shell in it: the size then comes a moment late.
    return resized((await begin(docker, container, request, request.argv)).begun.session, request.tty);
  }
  const plain = await begin(docker, container, request, request.argv);
  // A user who is not there is an error of the call, and the engine says so only in the command's place.
  if (request.user !== undefined && !/^\d+(:\d+)?$/.test(request.user)) await untilBegun(docker, plain);
  return plain.begun.session;
}

function resized(session: EngineExec, { columns, rows }: NonNullable<Request['tty']>): EngineExec {
  session.resize(columns, rows);
  return session;
}

interface Beginning {
  readonly exec: Docker.Exec;
  readonly begun: Begun;
}

async function begin(
  docker: Docker,
  container: string,
  request: Request,
  argv: readonly string[],
): Promise<Beginning> {
  const { user, workdir } = request;
  const tty = request.tty !== undefined;
  const mark = newMark();
  const what = argv[0] ?? '';
  const node = () => nodeOf(docker, container);
  let exec: Docker.Exec;
  let socket: Duplex;
  try {
    exec = await docker.getContainer(container).exec({
      Cmd: [...argv],
      Env: [...Object.entries(request.env ?? {}).map(([name, value]) => `${name}=${value}`), mark],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: tty,
      ...(user === undefined ? {} : { User: user }),
      ...(workdir === undefined ? {} : { WorkingDir: workdir }),
    });
    socket = await exec.start({ hijack: true, stdin: false, Tty: tty });
  } catch (error) {
    if (statusOf(error) !== undefined)
      startFailure(engineText(error), undefined, { ...request, argv }, await node());
    if (/not running|is paused|is stopped|no such container|state improper/i.test(engineText(error))) {
      throw new LabError('runtime', `cannot run ${what}: its container does not run`, { cause: error });
    }
    throw explain(error, `run ${what}`);
  }
  const judge = async (said: string, code: number) =>
    startFailure(said, code, { ...request, argv }, await node());
  const started: Started = { docker, container, exec, socket, mark, user, tty, judge };
  return { exec, begun: beginSession(started) };
}

/** Waits until the command runs or has ended; says why it could not be started. */
async function untilBegun(docker: Docker, { exec, begun }: Beginning): Promise<StartFailure | undefined> {
  let settled = false;
  const verdict = begun.verdict.finally(() => {
    settled = true;
  });
  const watch = async () => {
    for (let pause = 5; !settled; pause = Math.min(pause * 1.5, 50)) {
      const { Running, Pid } = await docker.getExec(exec.id).inspect();
      if (Running && Pid > 0) return undefined;
      await delay(pause);
    }
    return verdict;
  };
  return Promise.race([verdict, watch()]);
}

/** The node's name, for a person. */
async function nodeOf(docker: Docker, container: string): Promise<string> {
  try {
    const { Config, Name } = await docker.getContainer(container).inspect();
    return Config.Labels?.[label.node] ?? Name.replace(/^\//, '');
  } catch {
    return 'the container';
  }
}
