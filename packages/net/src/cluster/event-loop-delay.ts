// How long this process's event loop has stood still at worst, in the last minute or two.
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** ms between two looks: rare enough to cost nothing, and so the precision. */
const RESOLUTION = 50;
const MINUTE = 60_000;

export class EventLoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  #before = 0;

  constructor() {
    this.#histogram.enable();
    setInterval(() => {
      this.#before = this.#worst;
      this.#histogram.reset();
    }, MINUTE).unref();
  }

  /** In ms. */
  get worst(): number {
    return Math.max(this.#before, this.#worst);
  }

  get #worst(): number {
    return Math.max(0, Math.round(this.#histogram.max / 1e6) - RESOLUTION);
  }
}
