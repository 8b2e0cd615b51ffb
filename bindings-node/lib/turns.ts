/** Runs one piece of work after another, in the order in which they were handed in. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  async take<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let over = (): void => {};
    this.#last = new Promise<void>((resolve) => {
      over = resolve;
    });
    try {
      await before;
      return await work();
    } finally {
      over();
    }
  }
}
