/** An absence of which nothing was seen for so long is over, in ms: nobody has asked. */
const STALE_MS = 5000;

/** How long a server has been away, over all that was asked of it: not each call waits as long as the one before it. */
export class Absence {
  #since: number | undefined;
  #seen = 0;

  /**
   * Notes that nothing answered.
   * @param begun when this call was, in ms since the epoch
   * @returns since when nothing has
   */
  since(begun: number, now = Date.now()): number {
    if (this.#since === undefined || begun - this.#seen > STALE_MS) this.#since = begun;
    this.#seen = now;
    return this.#since;
  }

  /** Something answered. */
  over(): void {
    this.#since = undefined;
  }
}
