import { openSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LabError } from '../../../error.ts';
import { readLine, writeLine } from '../protocol/lines.ts';
import { type CallName, type Calls, PROTOCOL_VERSION, type Request } from '../protocol/messages.ts';
import { toWire } from '../protocol/wire-error.ts';
import { SOCKET_FILE, SOCKET_PATH_LIMIT } from '../state-folder.ts';
import { serveConnect, serveDial } from './dial-calls.ts';
import { serveExec } from './exec-call.ts';
import type { Lab } from './lab.ts';
import { serveLogs, serveWatch } from './stream-calls.ts';
import { checkUser } from './user.ts';

/** What a call gets: its arguments, its connection, and a signal that aborts when the client has gone. */
export interface CallContext<Name extends CallName> {
  readonly lab: Lab;
  readonly args: Calls[Name]['args'];
  readonly socket: Socket;
  readonly signal: AbortSignal;
  /** Sends the reply; what the call sends after it is its own. */
  reply(result: Calls[Name]['result']): Promise<void>;
}

type Handlers = { readonly [Name in CallName]: (context: CallContext<Name>) => Promise<void> };

/**
 * Serves the control protocol (see `protocol/messages.ts`) on a listening server.
 *
 * @param shutdown ends the supervisor; called after the client has its reply
 */
export function serveControl(lab: Lab, shutdown: () => Promise<void>): Server {
  const handlers = makeHandlers(shutdown);
  return createServer({ allowHalfOpen: true, pauseOnConnect: false }, (socket) => {
    socket.on('error', () => {});
    const gone = new AbortController();
    socket.on('close', () => gone.abort());
    serveCall(lab, handlers, socket, gone.signal).catch(() => socket.destroy());
  });
}

/** Calls whose client sends more than its request. */
const SPEAKING: ReadonlySet<CallName> = new Set(['exec', 'connect']);

/** Listens on the control socket of a lab's folder, which only its owner may enter. */
export function listenControl(server: Server, folder: string): Promise<void> {
  const path = join(folder, SOCKET_FILE);
  // A socket's path may have about 100 bytes only; a descriptor of its folder makes any path short.
  const short =
    path.length <= SOCKET_PATH_LIMIT ? path : `/proc/self/fd/${openSync(folder, 'r')}/${SOCKET_FILE}`;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path: short }, resolve);
  });
}

async function serveCall(lab: Lab, handlers: Handlers, socket: Socket, signal: AbortSignal): Promise<void> {
  let replied = false;
  try {
    const line = await readLine(socket);
    if (line === undefined) {
      socket.destroy();
      return;
    }
    const request = JSON.parse(line) as Request;
    if (request.version !== PROTOCOL_VERSION) {
      throw new LabError(
        'runtime',
        `the lab's supervisor speaks protocol ${PROTOCOL_VERSION}, not ${request.version}`,
        {
          hint: 'The lab was started by another version of envoy-lab: take it down with that one, or with `envoy-lab down`.',
        },
      );
    }
    const handler = (Object.hasOwn(handlers, request.call) ? handlers[request.call] : undefined) as
      | ((context: CallContext<CallName>) => Promise<void>)
      | undefined;
    if (handler === undefined) throw new LabError('runtime', `the supervisor knows no call ${request.call}`);
    const reply = (result: unknown) => {
      replied = true;
      return writeLine(socket, { ok: result });
    };
    // A client that only listens has gone when it ends its side; the others speak on.
    if (!SPEAKING.has(request.call)) socket.on('end', () => socket.destroy()).resume();
    await handler({ lab, args: request.args, socket, signal, reply });
  } catch (error) {
    if (replied) {
      socket.destroy();
      return;
    }
    await writeLine(socket, { error: toWire(error) });
    socket.end();
  }
}

function makeHandlers(shutdown: () => Promise<void>): Handlers {
  /** A call that does something and has nothing more to say. */
  const plain =
    <Name extends CallName>(work: (lab: Lab, args: Calls[Name]['args']) => unknown) =>
    async ({ lab, args, reply, socket }: CallContext<Name>) => {
      const result = await work(lab, args);
      await reply((result ?? null) as Calls[Name]['result']);
      socket.end();
    };
  return {
    observe: plain<'observe'>((lab) => lab.observe()),
    create: plain<'create'>((lab, { nodes }) => lab.create(nodes)),
    update: plain<'update'>((lab, { nodes }) => lab.update(nodes)),
    start: plain<'start'>((lab, { node, containers }) => lab.start(node, containers)),
    stop: plain<'stop'>((lab, { node, containers, graceMs }) => lab.stop(node, containers, graceMs)),
    kill: plain<'kill'>((lab, { node, container, signal }) => lab.kill(node, container, signal)),
    pause: plain<'pause'>((lab, { node }) => lab.pause(node)),
    unpause: plain<'unpause'>((lab, { node }) => lab.unpause(node)),
    remove: plain<'remove'>((lab, { nodes }) => lab.remove(nodes)),
    shutdown: async ({ lab, reply }) => {
      lab.events.end({ kind: 'lab', state: 'removed', time: lab.now() });
      await reply(null);
      // Those who watch are to read the last event before the end.
      await nextTurn();
      await shutdown();
    },
    watch: serveWatch,
    logs: serveLogs,
    exec: async (context) => {
      const { lab, args } = context;
      lab.nodes.get(args.node);
      checkUser(args.user, args.node, lab.isolation.mode);
      await serveExec(context);
    },
    connect: serveConnect,
    dial: serveDial,
    readFile: async ({ lab, args, reply, socket }) => {
      const named = args.container === undefined ? undefined : [args.container];
      const candidates = lab.nodes.containers(args.node, named);
      const container = candidates.find(({ pid }) => pid !== undefined) ?? candidates[0];
      if (container === undefined) throw new LabError('runtime', `node ${args.node} has no container`);
      const content = await lab.isolation.readFile(container.node, container.spec, container.pid, args.path);
      await reply({ length: content.length });
      socket.end(content);
    },
  };
}
