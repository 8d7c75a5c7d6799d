/** What became of the traffic. */
export class Outcome {
  readonly counts = new Map<string, number>();
  /** What went wrong and nothing explains. */
  readonly findings: string[] = [];
  /** What went wrong while an upstream was away. */
  explained = 0;
  /** ms since the start: spans in which the mortal upstream was away, or going. */
  readonly #away: { from: number; to: number }[] = [];

  /** An upstream goes. */
  leaves(): void {
    this.#away.push({ from: performance.now(), to: Number.POSITIVE_INFINITY });
  }

  /** It is back; what was begun until now may still fail. */
  returns(): void {
    this.#away.at(-1)!.to = performance.now();
  }

  well(what: string): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + 1);
  }

  /** `mortal`: its upstream is the one that dies; `began`: `performance.now()` then. */
  failed(what: string, error: unknown, mortal: boolean, began: number): void {
    const now = performance.now();
    if (mortal && this.#away.some(({ from, to }) => began <= to && now >= from)) this.explained++;
    else this.findings.push(`${what}: ${(error as Error).message}`);
  }
}
