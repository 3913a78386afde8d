// Things that are done one after the other, whoever asks for them.

export class OneByOne {
  #last: Promise<unknown> = Promise.resolve();

  /** Does it when all that was asked for before has been done, or has failed. */
  take<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
