// What has become of single connections: counted, and said in one line of a kind a second at most.

import { type Log, LogThrottle } from '../../base/log.ts';
import type { ConnectError } from '../../engine/connect-error.ts';
import type { Excess } from '../limits/client-limits.ts';
import { Counters } from './counters.ts';
import { MiddlewareFailures } from './middleware-failures.ts';

/** ms between two lines of the same kind. */
const INTERVAL = 1_000;

export class ConnectionNews {
  readonly counters = new Counters();
  readonly middlewareFailures = new MiddlewareFailures();
  readonly #log: Log;
  readonly #throttle = new LogThrottle(INTERVAL);

  constructor(log: Log) {
    this.#log = log;
  }

  accepted(): void {
    this.counters.accepted += 1;
  }

  /** There are as many connections as `maxConnections` allows. @param connections how many are open in this process */
  full(connections: number): void {
    this.counters.full += 1;
    const code = 'MAX_CONNECTIONS';
    const message = 'there are as many connections as maxConnections allows; more wait until some have ended';
    this.#often('full', (leftOut) => this.#log.warn({ code, connections, leftOut }, message));
  }

  /** There is no descriptor for another connection. @param connections how many are open in this process */
  exhausted(code: string, connections: number): void {
    const message = `no connection is accepted until there are free descriptors again (${code}); open ones go on. Raise the limit of open files (ulimit -n, LimitNOFILE), or spread the load over more machines.`;
    this.#often('exhausted', (leftOut) => this.#log.error({ code, connections, leftOut }, message));
  }

  /** By the config's lists. */
  denied(): void {
    this.counters.denied += 1;
  }

  /** Its client has enough already. */
  exceeded(what: Excess): void {
    if (what === 'connections') this.counters.tooManyOfClient += 1;
    else this.counters.tooFastOfClient += 1;
  }

  /** Middleware has decided, or failed to. It logs the reason itself. */
  answered(isBlocked: boolean, failure: string | undefined): void {
    if (isBlocked) this.counters.blocked += 1;
    if (failure === undefined) return this.middlewareFailures.endRow();
    this.counters.middlewareFailed += 1;
    this.middlewareFailures.add(failure);
  }

  /** Neither header nor answer came in time. @param admitTimeout in ms */
  unanswered(awaited: 'header' | 'middleware', admitTimeout: number): void {
    this.counters.blocked += 1;
    const who = awaited === 'header' ? 'whose proxy has sent no whole header' : 'that the middleware has not answered';
    const message = `blocked a connection ${who} within admitTimeout (${admitTimeout} ms)`;
    this.#often(`unanswered ${awaited}`, (leftOut) => this.#log.warn({ leftOut }, message));
  }

  /** A trusted proxy's header made no sense. */
  malformed(proxy: string, reason: string): void {
    this.counters.malformed += 1;
    const message = `closed a connection of the proxy ${proxy}: its PROXY protocol header is malformed: ${reason}`;
    this.#often('malformed', (leftOut) => this.#log.warn({ proxy, reason, leftOut }, message));
  }

  /** A trusted proxy has only tried whether it can connect. */
  probed(): void {
    this.counters.probes += 1;
  }

  /** No target took it. */
  unserved(client: string, lastError: ConnectError | undefined): void {
    this.counters.unserved += 1;
    const why = lastError
      ? `no target took it, the last one because of ${lastError.message}`
      : 'there is no target to try';
    this.#often('unserved', (leftOut) =>
      this.#log.error({ client, code: lastError?.code, leftOut }, `reset the connection of ${client}: ${why}`),
    );
  }

  passedOver(target: string, { code, source }: ConnectError): void {
    this.counters.passedOver += 1;
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
