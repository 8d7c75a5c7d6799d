/** Things that are disposed of together, the last first. */
export class Held implements AsyncDisposable {
  #things: AsyncDisposable[] = [];

  hold<T extends AsyncDisposable>(thing: T): T {
    this.#things.push(thing);
    return thing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const thing of this.#things.splice(0).reverse()) await thing[Symbol.asyncDispose]();
  }
}
