// What is said about single connections: one line of a kind a second at most, with the number of those left out.
import type { ConnectError } from './engine.ts';
import { type Log, LogThrottle } from './log.ts';

/** ms between two lines of the same kind. */
const INTERVAL = 1_000;

export class ConnectionLog {
  readonly #log: Log;
  readonly #throttle = new LogThrottle(INTERVAL);

  constructor(log: Log) {
    this.#log = log;
  }

  exhausted(code: string, connections: number): void {
    const message = `no connection is accepted until there are free descriptors again (${code}); open ones go on. Raise the limit of open files (ulimit -n, LimitNOFILE), or spread the load over more machines.`;
    this.#often('exhausted', (leftOut) => this.#log.error({ code, connections, leftOut }, message));
  }

  /** @param admitTimeout in ms */
  unanswered(admitTimeout: number): void {
    const message = `blocked a connection that the middleware has not answered within admitTimeout (${admitTimeout} ms)`;
    this.#often('unanswered', (leftOut) => this.#log.warn({ leftOut }, message));
  }

  unserved(client: string, lastError: ConnectError | undefined): void {
    const why = lastError
      ? `no target took it, the last one because of ${lastError.message}`
      : 'there is no target to try';
    this.#often('unserved', (leftOut) =>
      this.#log.error({ client, code: lastError?.code, leftOut }, `reset the connection of ${client}: ${why}`),
    );
  }

  passedOver(target: string, { code, source }: ConnectError): void {
    if (source === 'upstream') return; // the change of health is logged, once
    this.#often(code, (leftOut) =>
      this.#log.error({ target, code, leftOut }, `this machine could not connect to ${target}: ${code}`),
    );
  }

  #often(kind: string, write: (leftOut: number) => void): void {
    const leftOut = this.#throttle.pass(kind, performance.now());
    if (leftOut !== undefined) write(leftOut);
  }
}
