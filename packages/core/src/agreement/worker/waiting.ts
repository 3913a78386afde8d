// Those who wait for something to be decided. Each is called back once.

export class Waiting {
  #callbacks = new Set<() => void>();

  /** @returns how to wait no longer */
  add(callback: () => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  /** Whoever waits again is not called now. */
  callBack(): void {
    const callbacks = this.#callbacks;
    this.#callbacks = new Set();
    for (const callback of callbacks) callback();
  }
}
