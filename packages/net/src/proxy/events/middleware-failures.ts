// Middleware that throws blocks connections. One that throws for all of them must show, and this is what `status` shows.

export interface MiddlewareFailureStatus {
  /** Connections of a process, up to its latest one, that were all blocked because middleware threw. 0: its latest was not. */
  readonly inARow: number;
  /** What was thrown last, on one line. */
  readonly lastError: string;
}

export class MiddlewareFailures {
  #inARow = 0;
  #lastError = '';

  add(error: string): void {
    this.#inARow += 1;
    this.#lastError = error;
  }

  /** Middleware has answered for a connection. */
  endRow(): void {
    this.#inARow = 0;
  }

  /** `undefined` while none has failed. */
  get status(): MiddlewareFailureStatus | undefined {
    return this.#lastError === '' ? undefined : { inARow: this.#inARow, lastError: this.#lastError };
  }
}

/** Of several processes together, those that fail now first. */
export function totalFailures(
  parts: readonly (MiddlewareFailureStatus | undefined)[],
): MiddlewareFailureStatus | undefined {
  const known = parts.filter((part) => part !== undefined).sort((a, b) => b.inARow - a.inARow);
  const [first] = known;
  return first && { inARow: known.reduce((sum, part) => sum + part.inARow, 0), lastError: first.lastError };
}
