// A connection's stage from its admission until it has a place at a target: it waits until it is decided where its client goes,
// tries one candidate after the other, and takes its place at the one that was reached.
import {
  type Attempt,
  clientKey,
  type Placement,
  type Route,
  type Router,
  type TargetRecord,
  type WorkerAgreement,
} from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import type { AddressBook } from '../../discovery/address-book.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, Upstream } from '../../engine/engine.ts';
import { reachableFrom } from '../../engine/transparent.ts';
import type { SplitOptions } from '../../options/index.ts';
import type { ClientDescription } from '../admission/admission.ts';
import type { ObservedConnection, Observer } from '../events/observer.ts';
import type { AcceptQueues } from './accept-queues.ts';
import { candidateTime, isFailure, waitingTime } from './candidate-time.ts';
import { proxyHead } from './proxy-head.ts';
import { TargetDial, type TargetDialler } from './target-dial.ts';
import { whenDecided } from './when-decided.ts';

export interface ConnectingContext {
  /** What dials. */
  readonly queues: AcceptQueues;
  readonly options: SplitOptions;
  /** Where clients go. */
  readonly pool: {
    readonly router: Router;
    readonly addresses: AddressBook;
    /** Absent in a process that decides by itself. */
    readonly agreement: WorkerAgreement | undefined;
  };
  readonly observer: Observer;
  /** ms, monotonic. */
  now(): number;
}

/** The connection that is to be connected. */
export interface Unconnected extends ObservedConnection {
  /** @param head what the target is sent before the client's bytes */
  connected(placement: Placement, upstream: Upstream, head: Buffer | undefined): void;
  unserved(lastError: ConnectError | undefined): void;
}

/** No answer within the time that the target, or the resolver, had. */
const SILENT = new Set(['ETIMEDOUT', 'EAI_AGAIN']);

export class Connecting implements TargetDialler {
  readonly stage = 'connecting';
  readonly #connection: Unconnected;
  readonly #client: ClientDescription;
  readonly #context: ConnectingContext;
  readonly #route: Route;
  /** 0 until the first candidate is tried. */
  #budgetEnds = 0;
  #targetEnds = 0;
  /** Whether silence for as long as the candidate may take means that it has failed. */
  #mayBlame = true;
  #attempt: Attempt | undefined;
  /** What goes on now, and is called off when the client leaves. */
  #waiting: Dial | undefined;
  #lastError: ConnectError | undefined;

  constructor(connection: Unconnected, client: ClientDescription, context: ConnectingContext) {
    const { options, pool } = context;
    this.#connection = connection;
    this.#client = client;
    this.#context = context;
    this.#route = pool.router.route(clientKey(connection.clientAddress, options.process.clientKey));
  }

  begin(): void {
    const undecided = this.#undecided();
    if (undecided) this.#wait(undecided, () => this.#next());
    else this.#next();
  }

  cancel(): void {
    this.#waiting?.cancel();
    this.#attempt?.abandoned();
  }

  /** Tries the next candidate. */
  #next(): void {
    const { options, pool, now } = this.#context;
    const time = now();
    this.#waiting = undefined;
    this.#budgetEnds ||= time + options.pool.connectBudget;
    const attempt = time < this.#budgetEnds ? this.#route.next(time) : undefined;
    this.#attempt = attempt;
    if (!attempt) return this.#connection.unserved(this.#lastError);
    const { addresses } = pool;
    if (addresses.endpoints(attempt.target).length > 0 || addresses.knows(attempt.target)) {
      return this.#dial(attempt, time);
    }
    this.#beginCandidate(candidateTime, time);
    this.#waiting = addresses.whenKnown(attempt.target, this.dialTime(), () => this.#dial(attempt, now()));
  }

  #dial(attempt: Attempt, time: number): void {
    const { queues, options, pool } = this.#context;
    const endpoints = pool.addresses.endpoints(attempt.target);
    const source = options.pool.transparent ? this.#connection.clientAddress : undefined;
    const reachable = source === undefined ? endpoints : reachableFrom(source, endpoints);
    if (isAny(reachable)) {
      this.#beginCandidate('path' in reachable[0] ? waitingTime : candidateTime, time);
      this.#waiting = new TargetDial(queues, this, attempt, reachable, source);
    } else if (isAny(endpoints)) this.dialFailed(attempt, new ConnectError('EADDRNOTAVAIL', endpoints[0]));
    else this.dialFailed(attempt, unresolved(attempt.target, pool.addresses.knows(attempt.target)));
  }

  /** The candidate's time runs from now on. */
  #beginCandidate(timeFor: typeof candidateTime, time: number): void {
    const { pool } = this.#context.options;
    const candidate = timeFor(pool, this.#budgetEnds - time, this.#route, time);
    this.#targetEnds = time + candidate;
    this.#mayBlame = isFailure(pool, candidate);
  }

  dialTime(): number {
    return this.#targetEnds - this.#context.now();
  }

  /** Blames the target, unless the fault was this machine's or the target had little time, and passes it over. */
  dialFailed(attempt: Attempt, error: ConnectError): void {
    const { observer, now } = this.#context;
    this.#lastError = error;
    const isBlamed = error.source === 'upstream' && (this.#mayBlame || !SILENT.has(error.code));
    if (isBlamed) attempt.failed(now(), error.code);
    else attempt.abandoned();
    observer.passedOver(this.#connection, attempt.target, error, isBlamed);
    this.#next();
  }

  dialled(attempt: Attempt, upstream: Upstream, endpoint: Endpoint): void {
    this.#waiting = undefined;
    this.#context.pool.addresses.prefer(attempt.target, endpoint);
    // A change of epoch may have begun since the dial did.
    const undecided = this.#undecided();
    if (undecided) this.#wait(undecided, () => this.#arrive(attempt, upstream), upstream);
    else this.#arrive(attempt, upstream);
  }

  /** Takes the client's place at the target, unless it has found another one meanwhile. */
  #arrive(attempt: Attempt, upstream: Upstream): void {
    const placement = attempt.succeeded(this.#context.now());
    if (!placement) {
      upstream.close();
      return this.#next();
    }
    const head = proxyHead(placement.target, this.#client, this.#context.options.pool);
    this.#connection.connected(placement, upstream, head);
  }

  /** The agreement, while it decides where the client goes. */
  #undecided(): WorkerAgreement | undefined {
    const { pool, now } = this.#context;
    return pool.agreement?.isUndecided(this.#route.clientKey, now()) ? pool.agreement : undefined;
  }

  /** @param upstream what is to be closed if the client leaves meanwhile */
  #wait(agreement: WorkerAgreement, then: () => void, upstream?: Upstream): void {
    const waiting = whenDecided(agreement, this.#route.clientKey, this.#context.now, then);
    this.#waiting = {
      cancel() {
        waiting.cancel();
        upstream?.close();
      },
    };
  }
}

function isAny(endpoints: readonly Endpoint[]): endpoints is [Endpoint, ...Endpoint[]] {
  return endpoints.length > 0;
}

/** @param isAnswered whether its name leads nowhere; else there is no answer yet */
function unresolved({ options: { host = '', port = 0 } }: TargetRecord, isAnswered: boolean): ConnectError {
  return new ConnectError(isAnswered ? 'ENOTFOUND' : 'EAI_AGAIN', { host, port });
}
