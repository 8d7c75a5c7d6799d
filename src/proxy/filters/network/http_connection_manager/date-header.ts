import type { Clock } from '../../../clock.ts';

/** The value of `date`, made anew once a second at most. */
export class DateHeader {
  readonly #clock: Clock;
  #second = -1;
  #text = '';

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get value(): string {
    const second = Math.floor(this.#clock.wallNow() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#text = new Date(second * 1000).toUTCString();
    }
    return this.#text;
  }
}
