import type { CheckResult } from '../check/result.ts';
import { LabError } from '../error.ts';
import { captureSession } from '../lab/capture.ts';
import type { LabContext } from '../lab/context.ts';
import { within } from '../lab/deadline.ts';
import { down } from '../lab/down.ts';
import { Lab as CoreLab } from '../lab/lab.ts';
import { parseScale } from '../lab/resolve/choices.ts';
import type { StatValue } from '../lab/stats.ts';
import { joinWords } from '../process/words.ts';
import type { LogLine, ObservedLab, ObservedPort, RuntimeEvent } from '../runtime/runtime.ts';
import { answerOf, type CurlAnswer } from './curl-answer.ts';
import { interruptible } from './interrupt.ts';
import type { Lab, Nodes } from './lab.ts';
import { type LabState, labState } from './lab-state.ts';
import type * as options from './options.ts';

/** ms until changed containers have to be ready. */
const readyTimeoutMs = 60_000;
/** ms until proxies have to know of a change. */
const settleTimeoutMs = 10_000;

/** A lab of the lab layer with the library's face. */
export class OpenLab implements Lab {
  readonly name: string;
  readonly runtime: string;
  readonly mode: string;
  readonly nodes: readonly string[];
  readonly #context: LabContext;
  readonly #core: CoreLab;
  readonly #owned: boolean;
  readonly #dialed = new Set<options.Dialed>();
  #ending: Promise<void> | undefined;

  private constructor(context: LabContext, core: CoreLab, observed: ObservedLab, owned: boolean) {
    this.#context = context;
    this.#core = core;
    this.#owned = owned;
    this.name = core.name;
    this.runtime = core.runtime.name;
    this.mode = observed.mode;
    this.nodes = [...new Set(observed.nodes.map(({ spec }) => spec.group))];
  }

  /** @param owned whether disposing takes the lab away */
  static async of(
    context: LabContext,
    name: string | undefined,
    { owned }: { readonly owned: boolean },
  ): Promise<OpenLab> {
    const core = await CoreLab.open(context, name);
    return new OpenLab(context, core, await core.ps(), owned);
  }

  async curl(request: string | readonly string[], options: options.CurlOptions = {}): Promise<CurlAnswer> {
    const words = typeof request === 'string' ? [request] : request;
    return answerOf(await this.#call(options, (lab) => lab.captureCurl(words, options.from)));
  }

  async exec(
    node: string,
    argv: readonly string[],
    options: options.ExecOptions = {},
  ): Promise<options.ExecResult> {
    const { container, stdin, env, user, workdir, timeoutMs } = options;
    if (argv.length === 0) throw new LabError('usage', 'there is no command to run');
    return this.#call(options, async (lab, signal) => {
      const request = {
        argv,
        ...(env === undefined ? {} : { env }),
        ...(user === undefined ? {} : { user }),
        ...(workdir === undefined ? {} : { workdir }),
        ...(stdin === undefined ? { noStdin: true as const } : {}),
      };
      await using session = await lab.exec({ node, container }, request);
      const run = (limit: AbortSignal) => captureSession(session, { stdin, signal: limit });
      if (timeoutMs === undefined) return await run(signal);
      return await within(timeoutMs, signal, run, (cause) => {
        const what = `${joinWords(argv)} in ${node} did not end within ${timeoutMs} ms`;
        return new LabError('runtime', what, { cause });
      });
    });
  }

  async dial(node: string, port: number, options: options.CallOptions = {}): Promise<options.Dialed> {
    const way = await this.#call(options, (lab) => lab.dial({ node }, port));
    const close = async () => {
      this.#dialed.delete(dialed);
      await way[Symbol.asyncDispose]();
    };
    const dialed = { host: way.host, port: way.port, close, [Symbol.asyncDispose]: close };
    this.#dialed.add(dialed);
    return dialed;
  }

  async port(node: string, port: string | number): Promise<number> {
    return (await this.#published(node, port)).hostPort;
  }

  async url(node: string, port: string | number): Promise<string> {
    const { name, protocol, hostPort } = await this.#published(node, port);
    if (protocol === 'udp') throw new LabError('usage', `${node} has no URL for ${name}: it is a UDP port`);
    return `${/https|tls/.test(name) ? 'https' : 'http'}://127.0.0.1:${hostPort}`;
  }

  async stats(
    node: string,
    filter?: string | RegExp,
    options: options.ContainerOptions = {},
  ): Promise<ReadonlyMap<string, StatValue>> {
    const { container } = options;
    const text = filter instanceof RegExp ? filter.source : filter;
    return (await this.#call(options, (lab) => lab.stats({ node, container }, text))).stats;
  }

  async *logs(nodes?: Nodes, options: options.LogOptions = {}): AsyncGenerator<LogLine> {
    const { container, follow = false, tail, since } = options;
    const names = list(nodes ?? []);
    if (nodes !== undefined && names.length === 0) return;
    yield* this.#until(options).logs(names, { container, follow, tail, since: since?.getTime() });
  }

  async *events(options: options.CallOptions = {}): AsyncGenerator<RuntimeEvent> {
    yield* this.#until(options).events();
  }

  async ps(): Promise<LabState> {
    return labState(await this.#call({}, (lab) => lab.ps()));
  }

  check(names: Nodes = [], options: options.CheckOptions = {}): Promise<readonly CheckResult[]> {
    const { onResult } = options;
    return this.#call(options, (lab) =>
      lab.check(list(names), { checkEnded: (result) => onResult?.(result) }),
    );
  }

  async scale(replicas: Readonly<Record<string, number>>, options: options.WaitOptions = {}): Promise<void> {
    const { timeoutMs = readyTimeoutMs } = options;
    const wanted = parseScale(Object.entries(replicas).map(([node, count]) => `${node}=${count}`));
    await this.#call(options, (lab) => lab.scale(wanted, timeoutMs));
  }

  async settled(options: options.WaitOptions = {}): Promise<void> {
    const { timeoutMs = settleTimeoutMs } = options;
    const missing = await this.#call(options, (lab) => lab.waitForKnownReplicas(timeoutMs));
    if (missing.length > 0) throw new LabError('runtime', `after ${timeoutMs} ms: ${missing.join('; ')}`);
  }

  stop(nodes: Nodes, options: options.CallOptions = {}): Promise<readonly string[]> {
    return this.#change(nodes, options, (lab, names) => lab.stop(names));
  }

  start(nodes: Nodes, options: options.WaitOptions = {}): Promise<readonly string[]> {
    const { timeoutMs = readyTimeoutMs } = options;
    return this.#change(nodes, options, (lab, names) => lab.start(names, timeoutMs));
  }

  restart(nodes: Nodes, options: options.WaitOptions = {}): Promise<readonly string[]> {
    const { timeoutMs = readyTimeoutMs } = options;
    return this.#change(nodes, options, (lab, names) => lab.restart(names, timeoutMs));
  }

  pause(nodes: Nodes, options: options.CallOptions = {}): Promise<readonly string[]> {
    return this.#change(nodes, options, (lab, names) => lab.pause(names));
  }

  unpause(nodes: Nodes, options: options.CallOptions = {}): Promise<readonly string[]> {
    return this.#change(nodes, options, (lab, names) => lab.unpause(names));
  }

  kill(node: string, options: options.KillOptions = {}): Promise<readonly string[]> {
    const { container, killSignal = 'SIGKILL' } = options;
    return this.#call(options, (lab) => lab.kill(node, container, killSignal));
  }

  readFile(node: string, path: string, options: options.ContainerOptions = {}): Promise<Uint8Array> {
    return this.#call(options, (lab) => lab.readFile({ node, container: options.container }, path));
  }

  down(): Promise<void> {
    return this.#end(async () => {
      // Another may have taken it away: then there is nothing to do.
      await down(this.#context, { labs: [this.name], all: false }).catch((error: unknown) => {
        if (!(error instanceof LabError) || error.code !== 'usage') throw error;
      });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned ? this.down() : this.#end(async () => undefined);
  }

  /** Ends once; after a failure it can be tried again. */
  #end(end: () => Promise<void>): Promise<void> {
    const close = async () => {
      await Promise.all([...this.#dialed].map((dialed) => dialed.close()));
      await end();
      await this.#core[Symbol.asyncDispose]();
    };
    this.#ending ??= close().catch((error: unknown) => {
      this.#ending = undefined;
      throw error;
    });
    return this.#ending;
  }

  /** The lab as one whose calls end with the call's signal. */
  #until({ signal }: options.CallOptions): CoreLab {
    if (this.#ending !== undefined) {
      throw new LabError('usage', `lab ${this.name} was let go of`, {
        hint: this.#owned ? 'it is down' : 'open it again',
      });
    }
    return signal === undefined ? this.#core : this.#core.until(signal);
  }

  #call<T>(
    options: options.CallOptions,
    call: (lab: CoreLab, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return interruptible(options.signal, (signal) => call(this.#until({ signal }), signal));
  }

  /** An empty list means none, not all. */
  async #change(
    nodes: Nodes,
    options: options.CallOptions,
    change: (lab: CoreLab, names: readonly string[]) => Promise<readonly string[]>,
  ): Promise<readonly string[]> {
    const names = list(nodes);
    return names.length === 0 ? [] : this.#call(options, (lab) => change(lab, names));
  }

  #published(node: string, port: string | number): Promise<ObservedPort> {
    return this.#call({}, (lab) => lab.port({ node }, String(port)));
  }
}

function list(names: Nodes): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}
