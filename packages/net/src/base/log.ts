// Where this package says what it does: an interface that pino's loggers meet. It writes nothing itself.

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export const SILENT: Log = { info() {}, warn() {}, error() {} };

/** Lets one message of a kind through in each interval, with the number of those left out: a flood must not fill a disk. */
export class LogThrottle {
  readonly #interval: number;
  readonly #kinds = new Map<string, { until: number; leftOut: number }>();

  /** @param interval in ms */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** How many of this kind were left out since the last one let through, or `undefined` when this one is left out too. */
  pass(kind: string, now: number): number | undefined {
    const entry = this.#kinds.get(kind);
    if (entry && now < entry.until) {
      entry.leftOut += 1;
      return undefined;
    }
    this.#kinds.set(kind, { until: now + this.#interval, leftOut: 0 });
    return entry?.leftOut ?? 0;
  }
}
