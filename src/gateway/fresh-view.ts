import type { GatewayLab, LabView } from './lab.ts';

/** How long a look at the lab counts, in ms: a page asks for many things at once. */
const FRESH_MS = 400;

/** The lab as it is now, or was a moment ago; asked once for all who want to know at the same time. */
export class FreshView {
  readonly #lab: GatewayLab;
  #asked: { readonly view: Promise<LabView>; readonly until: number } | undefined;

  constructor(lab: GatewayLab) {
    this.#lab = lab;
  }

  get(): Promise<LabView> {
    const now = performance.now();
    if (this.#asked === undefined || now > this.#asked.until) {
      const view = this.#lab.view();
      const asked = { view, until: Number.POSITIVE_INFINITY };
      this.#asked = asked;
      view.then(
        () => {
          if (this.#asked === asked) this.#asked = { view, until: performance.now() + FRESH_MS };
        },
        () => {
          if (this.#asked === asked) this.#asked = undefined;
        },
      );
    }
    return this.#asked.view;
  }
}
