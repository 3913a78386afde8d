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
import type { ObservedConnection, Observer, WhyUnserved } from '../events/observer.ts';
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
  unserved(why: WhyUnserved): void;
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
  /** The address that all processes connected to when the dial began. */
  #agreed: string | undefined;
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
    if (!this.#isUndecided()) return this.#next();
    this.#wait(
      () => this.#isUndecided(),
      () => this.#next(),
    );
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
    const hasTime = time < this.#budgetEnds;
    const attempt = hasTime ? this.#route.next(time) : undefined;
    this.#attempt = attempt;
    if (!attempt) return this.#connection.unserved(this.#lastError ?? (hasTime ? 'no candidate' : 'no time'));
    const { addresses } = pool;
    if (addresses.endpoints(attempt.target).length > 0 || addresses.knows(attempt.target)) {
      return this.#approach(attempt, time);
    }
    this.#beginTarget(attempt.target, time);
    this.#waiting = addresses.whenKnown(attempt.target, this.dialTime(), () => this.#approach(attempt, now()));
  }

  /** Dials, once it is decided at which address all processes do. */
  #approach(attempt: Attempt, time: number): void {
    if (!this.#isReaddressed(attempt)) return this.#dial(attempt, time);
    this.#wait(
      () => this.#isReaddressed(attempt),
      () => this.#dial(attempt, this.#context.now()),
    );
  }

  #dial(attempt: Attempt, time: number): void {
    const { queues, pool } = this.#context;
    // What was waited for a name counts only if there is still no answer.
    if (pool.addresses.endpoints(attempt.target).length > 0) this.#beginTarget(attempt.target, time);
    this.#agreed = attempt.target.address;
    const dial = new TargetDial(queues, this, attempt, this.#source);
    this.#waiting = dial;
    dial.begin();
  }

  /** The target's time runs from now on. */
  #beginTarget({ options: { path } }: TargetRecord, time: number): void {
    const { pool } = this.#context.options;
    const timeFor = path === undefined ? candidateTime : waitingTime;
    const candidate = timeFor(pool, this.#budgetEnds - time, this.#route, time);
    this.#targetEnds = time + candidate;
    this.#mayBlame = isFailure(pool, candidate);
  }

  beginAgain({ target }: Attempt): void {
    const mayBlame = this.#mayBlame;
    this.#beginTarget(target, this.#context.now());
    this.#mayBlame ||= mayBlame;
  }

  dialTime(): number {
    return this.#targetEnds - this.#context.now();
  }

  budgetTime(): number {
    return this.#budgetEnds - this.#context.now();
  }

  endpoints({ target }: Attempt): readonly Endpoint[] {
    const endpoints = this.#context.pool.addresses.endpoints(target);
    const source = this.#source;
    return source === undefined ? endpoints : reachableFrom(source, endpoints);
  }

  renew({ target }: Attempt, timeout: number, done: () => void): Dial | undefined {
    return this.#context.pool.addresses.renew(target, timeout, done);
  }

  /** The address to connect from, unless that is the machine's own. */
  get #source(): string | undefined {
    return this.#context.options.pool.transparent ? this.#connection.clientAddress : undefined;
  }

  /** Blames the target, unless the fault was this machine's or the target had little time, and passes it over. */
  dialFailed(attempt: Attempt, cause: ConnectError | undefined): void {
    const { observer, now } = this.#context;
    const error = cause ?? this.#unreachable(attempt.target);
    this.#lastError = error;
    const isBlamed = error.source === 'upstream' && (this.#mayBlame || !SILENT.has(error.code));
    if (isBlamed) attempt.failed(now(), error.code);
    else attempt.abandoned();
    observer.passedOver(this.#connection, attempt.target, error, isBlamed);
    this.#next();
  }

  dialled(attempt: Attempt, upstream: Upstream, endpoint: Endpoint, first: Endpoint): void {
    this.#waiting = undefined;
    this.#context.pool.addresses.answered(attempt.target, endpoint, first);
    this.#route.claim(attempt.target, this.#context.now());
    // A change of epoch may have begun since the dial did.
    if (!this.#isUndecided() && !this.#isReaddressed(attempt)) return this.#arrive(attempt, upstream, endpoint);
    this.#wait(
      () => this.#isUndecided() || this.#isReaddressed(attempt),
      () => this.#arrive(attempt, upstream, endpoint),
      upstream,
    );
  }

  /** Takes the client's place at the target, unless it has found another one meanwhile. */
  #arrive(attempt: Attempt, upstream: Upstream, endpoint: Endpoint): void {
    if (this.#hasMoved(attempt.target, endpoint)) {
      upstream.close();
      return this.#dial(attempt, this.#context.now());
    }
    const placement = attempt.succeeded(this.#context.now());
    if (!placement) {
      upstream.close();
      return this.#next();
    }
    const head = proxyHead(placement.target, this.#client, this.#context.options.pool);
    this.#connection.connected(placement, upstream, head);
  }

  /** Whether all processes have turned to another address of a target since the dial began. */
  #hasMoved({ address }: TargetRecord, endpoint: Endpoint): boolean {
    if (address === this.#agreed || address === undefined || this.budgetTime() <= 0) return false;
    return 'host' in endpoint && endpoint.host !== address;
  }

  /** Why there is no address of a target to dial. */
  #unreachable(target: TargetRecord): ConnectError {
    const { addresses } = this.#context.pool;
    const [endpoint] = addresses.endpoints(target);
    if (endpoint) return new ConnectError('EADDRNOTAVAIL', endpoint);
    const { host = '', port = 0 } = target.options;
    if (addresses.leadsHere(target)) return new ConnectError('OWN_ADDRESS', { host, port });
    // A name that leads nowhere, or has no answer yet.
    return new ConnectError(addresses.knows(target) ? 'ENOTFOUND' : 'EAI_AGAIN', { host, port });
  }

  /** Whether it is being decided where the client goes. */
  #isUndecided(): boolean {
    const { pool, now } = this.#context;
    return pool.agreement?.isUndecided(this.#route.clientKey, now()) ?? false;
  }

  /** Whether the address of a target is just changing. */
  #isReaddressed({ target }: Attempt): boolean {
    return this.#context.pool.agreement?.isReaddressed(target) ?? false;
  }

  /** @param upstream what is to be closed if the client leaves meanwhile */
  #wait(isUndecided: () => boolean, then: () => void, upstream?: Upstream): void {
    const { agreement } = this.#context.pool;
    if (!agreement) return then();
    const waiting = whenDecided(agreement, isUndecided, then);
    this.#waiting = {
      cancel() {
        waiting.cancel();
        upstream?.close();
      },
    };
  }
}
