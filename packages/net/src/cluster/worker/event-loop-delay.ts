// How long this process's event loop has stood still at worst, in the last minute or two. In a worker. A timer that measures its
// own lateness would have to fire often, and keep an idle process awake; so it does that only while there is something to do. In a
// process that was idle the time of work since the last beat says it, less what its turns take if none stands still.
const MINUTE = 60_000;
/** ms between two looks while there is something to do, and so the precision. */
const CLOSE_LOOK = 50;
/** As many turns of the loop between two beats are those of an idle process: its own timers, a connection or two. */
const FEW_TURNS = 10;
/** ms that a turn takes at most if nothing stands still: the engine leaves Node its turn after a slice of about that. */
const TURN = 5;

interface Measured {
  /** ms, monotonic. */
  readonly now: number;
  /** ms since the beginning in which the loop did not wait for anything. */
  readonly active: number;
  /** Turns of the loop since the beginning. */
  readonly turns: number;
}

export class EventLoopDelay {
  readonly #interval: number;
  readonly #measure: () => Measured;
  #before = 0;
  #now = 0;
  #beats = 0;
  #last: Measured;
  #closeLook: NodeJS.Timeout | undefined;
  #closeTurns = 0;

  /** @param interval ms between two beats */
  constructor(interval: number, measure: () => Measured = measureLoop) {
    this.#interval = interval;
    this.#measure = measure;
    this.#last = measure();
  }

  /** In ms. */
  get worst(): number {
    return Math.round(Math.max(this.#before, this.#now));
  }

  /** To be called by a timer, each `interval`. */
  beat(): void {
    const measured = this.#measure();
    const { now, active, turns } = this.#last;
    const turned = measured.turns - turns;
    this.#stoodStill(measured.now - now - this.#interval);
    if (!this.#closeLook) this.#stoodStill(measured.active - active - turned * TURN);
    const isBusy = turned - this.#closeTurns > FEW_TURNS;
    this.#last = measured;
    this.#closeTurns = 0;
    if (isBusy) this.#lookClosely(measured.now);
    else this.#endCloseLook();
    this.#beats += 1;
    if (this.#beats < MINUTE / this.#interval) return;
    this.#beats = 0;
    this.#before = this.#now;
    this.#now = 0;
  }

  #lookClosely(now: number): void {
    if (this.#closeLook) return;
    let last = now;
    this.#closeLook = setInterval(() => {
      const { now } = this.#measure();
      this.#stoodStill(now - last - CLOSE_LOOK);
      this.#closeTurns += 1;
      last = now;
    }, CLOSE_LOOK).unref();
  }

  #endCloseLook(): void {
    clearInterval(this.#closeLook);
    this.#closeLook = undefined;
  }

  #stoodStill(time: number): void {
    this.#now = Math.max(this.#now, time);
  }
}

function measureLoop(): Measured {
  return {
    now: performance.now(),
    active: performance.eventLoopUtilization().active,
    turns: performance.nodeTiming.uvMetricsInfo.loopCount,
  };
}
