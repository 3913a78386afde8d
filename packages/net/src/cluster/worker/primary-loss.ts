// Notices in a worker that its primary is gone. Node reports a closed channel only after every handle that was sent over it has
// been acknowledged, so one that a controller has sent can keep the report back for ever: the heartbeat looks, too.
export class PrimaryLoss {
  /** What to do about it, once. */
  onLost: () => void;
  #isNoticed = false;

  constructor(onLost: () => void) {
    this.onLost = onLost;
    process.once('disconnect', () => this.#lost());
  }

  /** To be called now and then. */
  look(): void {
    if (!process.connected) this.#lost();
  }

  #lost(): void {
    if (this.#isNoticed) return;
    this.#isNoticed = true;
    this.onLost();
  }
}
