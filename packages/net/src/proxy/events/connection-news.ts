// What has become of single connections: counted, and said in one line of a kind a second at most.

import type { TargetRecord } from '@lb/core';
import { type Log, LogThrottle } from '../../base/log.ts';
import type { ConnectError } from '../../engine/connect-error.ts';
import { Counters } from './counters.ts';
import { MiddlewareFailures } from './middleware-failures.ts';
import type { ObservedConnection, Observer, Refusal, WhyUnserved } from './observer.ts';

/** ms between two lines of the same kind. */
const INTERVAL = 1_000;

export class ConnectionNews implements Observer {
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

  admitted(): void {
    this.middlewareFailures.endRow();
  }

  refused({ peerAddress }: ObservedConnection, refusal: Refusal, detail = ''): void {
    const { counters } = this;
    switch (refusal) {
      case 'probe':
        counters.probes += 1;
        return;
      case 'malformed header':
        counters.malformed += 1;
        return this.#malformed(peerAddress, detail);
      case 'denied':
        counters.denied += 1;
        return;
      case 'too many':
        counters.tooManyOfClient += 1;
        return;
      case 'too fast':
        counters.tooFastOfClient += 1;
        return;
      case 'blocked': // the middleware logs the reason itself
        counters.blocked += 1;
        return this.middlewareFailures.endRow();
      case 'middleware failure':
        counters.blocked += 1;
        counters.middlewareFailed += 1;
        return this.middlewareFailures.add(detail);
      case 'header timeout':
      case 'middleware timeout':
        counters.blocked += 1;
        return this.#unanswered(refusal, detail);
    }
  }

  #malformed(proxy: string, reason: string): void {
    const message = `closed a connection of the proxy ${proxy}: its PROXY protocol header is malformed: ${reason}`;
    this.#often('malformed header', (leftOut) => this.#log.warn({ proxy, reason, leftOut }, message));
  }

  #unanswered(refusal: 'header timeout' | 'middleware timeout', time: string): void {
    const isHeader = refusal === 'header timeout';
    const who = isHeader ? 'whose proxy has sent no whole header' : 'that the middleware has not answered';
    const message = `blocked a connection ${who} within admitTimeout (${time})`;
    this.#often(refusal, (leftOut) => this.#log.warn({ leftOut }, message));
  }

  passedOver(_connection: ObservedConnection, { id }: TargetRecord, error: ConnectError, isBlamed: boolean): void {
    this.counters.passedOver += 1;
    if (isBlamed) return; // the change of health is logged, once
    const { code } = error;
    this.#often(code, (leftOut) => this.#log.error({ target: id, code, leftOut }, whyPassedOver(id, error)));
  }

  acceptQueueFull(target: string): void {
    const code = 'EAGAIN';
    const message = `the accept queue of ${target} is full; connections to it wait for room within connectBudget. If this happens often, have the target listen with a longer backlog.`;
    this.#often('accept queue full', (leftOut) => this.#log.warn({ target, code, leftOut }, message));
  }

  unserved({ clientAddress: client }: ObservedConnection, why: WhyUnserved): void {
    this.counters.unserved += 1;
    const code = typeof why === 'string' ? undefined : why.code;
    this.#often('unserved', (leftOut) =>
      this.#log.error({ client, code, leftOut }, `reset the connection of ${client}: ${unservedText(why)}`),
    );
  }

  relayed(): void {}

  closed(): void {}

  full(connections: number): void {
    this.counters.full += 1;
    const code = 'MAX_CONNECTIONS';
    const message = 'there are as many connections as maxConnections allows; more wait until some have ended';
    this.#often('full', (leftOut) => this.#log.warn({ code, connections, leftOut }, message));
  }

  exhausted(code: string, connections: number): void {
    const message = `no connection is accepted until there are free descriptors again (${code}); open ones go on. Raise the limit of open files (ulimit -n, LimitNOFILE), or spread the load over more machines.`;
    this.#often('exhausted', (leftOut) => this.#log.error({ code, connections, leftOut }, message));
  }

  #often(kind: string, write: (leftOut: number) => void): void {
    const leftOut = this.#throttle.pass(kind, performance.now());
    if (leftOut !== undefined) write(leftOut);
  }
}

function unservedText(why: WhyUnserved): string {
  switch (why) {
    case 'no candidate':
      return 'no target accepts new connections: each is draining, disabled or at its maxConnections';
    case 'no time':
      return 'connectBudget was used up before it had its place at a target';
    default:
      return `no target took it, the last one because of ${why.message}`;
  }
}

/** Of a target that is not blamed. */
function whyPassedOver(target: string, { code, source }: ConnectError): string {
  if (source === 'upstream') return `${target} did not answer in the time that was left of connectBudget: ${code}`;
  if (code === 'EAGAIN') return `the accept queue of ${target} stayed full, so the next target is tried: ${code}`;
  return `this machine could not connect to ${target}: ${code}`;
}
