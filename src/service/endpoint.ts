import type { ServiceProbe } from '../runtime/node-spec.ts';
import { type Finding, look } from './look.ts';

/** What an endpoint is asked, and how often. */
export interface EndpointOptions {
  readonly ready: readonly ServiceProbe[];
  /** Ports of the replica that connections go to. */
  readonly targets: readonly number[];
  /** ms between two rounds, by how many endpoints there are. */
  readonly intervalMs: () => number;
  /** Told after every change of what `readyAt` says. */
  readonly onChange: (endpoint: Endpoint) => void;
}

/** Longest that one look may take, ms. */
const LOOK_MS = 1000;
/** So many looks in a row may get no answer before a replica that was ready is not. */
const LATE_LOOKS = 3;
/** ms between two rounds while a replica has not been ready yet, and for how long. */
const EAGER_MS = 50;
const EAGER_FOR_MS = 10_000;

/**
 * A replica as its service knows it. It is ready when all its probes are good; a target port that has refused a connection,
 * or was never tried, takes none until it has accepted one of ours.
 */
export class Endpoint {
  readonly address: string;
  readonly #options: EndpointOptions;
  readonly #made = performance.now();
  /** Target ports that accept, as far as is known. */
  readonly #accepting = new Set<number>();
  #good = false;
  #everReady = false;
  #late = 0;
  #why = 'not looked at yet';
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(address: string, options: EndpointOptions) {
    this.address = address;
    this.#options = options;
    void this.#round();
  }

  /** Whether connections to a target port are sent here. */
  readyAt(target: number): boolean {
    return this.#good && this.#accepting.has(target) && !this.#closed;
  }

  /** The target ports at which it is ready. */
  get ready(): readonly number[] {
    return this.#options.targets.filter((target) => this.readyAt(target));
  }

  /** Why it is not ready everywhere. */
  get why(): string {
    return this.#why;
  }

  /** A connection to a target port failed: it gets no more until a look there is good. */
  refused(target: number, why: string): void {
    if (!this.#accepting.delete(target)) return;
    this.#why = `:${target} ${why}`;
    if (this.#good && !this.#closed) this.#options.onChange(this);
  }

  /** Looks no more; it is ready nowhere from now on. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const { ready, targets, intervalMs, onChange } = this.#options;
    const began = performance.now();
    const before = String(this.ready);
    const unknown = targets.filter((target) => !this.#accepting.has(target));
    const [probes, accepts] = await Promise.all([
      Promise.all(ready.map((probe) => look(this.address, probe, LOOK_MS))),
      Promise.all(unknown.map((port) => look(this.address, { kind: 'tcp', port }, LOOK_MS))),
    ]);
    if (this.#closed) return;
    this.#judge(probes);
    for (const [index, finding] of accepts.entries()) {
      if (finding.kind === 'good') this.#accepting.add(unknown[index]!);
      else this.#why = whyOf(finding, `:${unknown[index]}`);
    }
    if (this.ready.length > 0) this.#everReady = true;
    const eager = !this.#everReady && performance.now() - this.#made < EAGER_FOR_MS;
    const pause = (eager ? EAGER_MS : intervalMs()) - (performance.now() - began);
    this.#timer = setTimeout(() => void this.#round(), Math.max(1, pause));
    if (String(this.ready) !== before) onChange(this);
  }

  #judge(findings: readonly Finding[]): void {
    const bad = findings.find(({ kind }) => kind === 'bad');
    const late = findings.some(({ kind }) => kind === 'late');
    this.#late = late ? this.#late + 1 : 0;
    if (bad !== undefined) {
      this.#good = false;
      this.#why = whyOf(bad, '');
    } else if (late && (!this.#good || this.#late >= LATE_LOOKS)) {
      this.#good = false;
      this.#why = 'its probe gets no answer';
    } else if (!late) this.#good = true;
  }
}

function whyOf(finding: Finding, place: string): string {
  return finding.kind === 'bad' ? finding.why : `${place} gets no answer`.trim();
}
