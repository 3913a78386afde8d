// The way of one connection, in reading order: admit, route, connect, relay, close. What all connections of a balancer
// share is handed in; what happens on the wire is the engine's.
import {
  type Attempt,
  type ConnectionControl,
  clientKey,
  type Placement,
  type Route,
  type Router,
  type TargetRecord,
  type WorkerAgreement,
} from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Rostered } from '../base/roster.ts';
import type { AddressBook } from '../discovery/address-book.ts';
import { ConnectError } from '../engine/connect-error.ts';
import type { Dial, Downstream, Relay, RelayObserver, Upstream } from '../engine/engine.ts';
import { reachableFrom } from '../engine/transparent.ts';
import { Admission, type AdmissionContext, type Share } from './admission/admission.ts';
import { dialTarget } from './dialling/dial-target.ts';
import { proxyHead, proxyVersion } from './dialling/proxy-head.ts';
import { whenDecided } from './when-decided.ts';

export interface ConnectionContext extends AdmissionContext {
  readonly router: Router;
  readonly addresses: AddressBook;
  /** Absent in a balancer of one process. */
  readonly agreement: WorkerAgreement | undefined;
  /** ms, monotonic. */
  now(): number;
  /** Called once for each connection, before its client can see the end: it may be back at once. */
  ending(): void;
  /** Called once for each connection, after `ending`: the last byte is out, or never will be. */
  closed(connection: Connection): void;
}

export class Connection implements RelayObserver, Rostered, ConnectionControl {
  slot = -1;
  readonly #context: ConnectionContext;
  readonly #downstream: Downstream;
  #state: 'open' | 'ending' | 'closed' = 'open';
  #admission: Admission | undefined;
  #share: Share;
  #route: Route | undefined;
  #budgetEnds = 0;
  #attempt: Attempt | undefined;
  #dial: Dial | undefined;
  #lastError: ConnectError | undefined;
  #placement: Placement | undefined;
  #relay: Relay | undefined;
  #onOver: (() => void) | undefined;

  constructor(context: ConnectionContext, downstream: Downstream) {
    this.#context = context;
    this.#downstream = downstream;
    downstream.onGone = this.#clientGone;
  }

  /** Asks whether the client may come in; nothing of what it sends is read before. */
  admit(): void {
    if (!Admission.isNeeded(this.#context)) return this.#admitted();
    this.#admission = new Admission(this.#context, this.#downstream, this, (verdict, share) => {
      this.#share = share;
      if (verdict === 'admit') this.#admitted();
      else this.#refuse(verdict);
    });
    this.#admission.begin();
  }

  #admitted(): void {
    const { router, agreement, options, now } = this.#context;
    const key = clientKey(this.#clientAddress, options.process.clientKey);
    this.#route = router.route(key);
    this.#budgetEnds = now() + options.pool.connectBudget;
    if (agreement) this.#dial = whenDecided(agreement, key, now, () => this.#connect());
    if (!this.#dial) this.#connect();
  }

  /** Tries the next candidate; a client for whom there is none gets RST. */
  #connect(): void {
    const { addresses, now } = this.#context;
    this.#attempt = this.#attemptTime() > 0 ? this.#route?.next(now()) : undefined;
    if (!this.#attempt) {
      this.#context.news.unserved(this.#clientAddress, this.#lastError);
      return this.#refuse('reset');
    }
    const { target } = this.#attempt;
    if (addresses.endpoints(target).length > 0 || addresses.knows(target)) return this.#dialTarget();
    this.#dial = addresses.whenKnown(target, this.#attemptTime(), this.#dialTarget);
  }

  readonly #dialTarget = (): void => {
    const { engine, addresses, options } = this.#context;
    const { target } = this.#attempt as Attempt;
    const endpoints = addresses.endpoints(target);
    if (endpoints.length === 0) return this.#dialFailed(unresolved(target));
    const source = options.pool.transparent ? this.#clientAddress : undefined;
    const reachable = source === undefined ? endpoints : reachableFrom(source, endpoints);
    if (reachable.length === 0) return this.#dialFailed(new ConnectError('EADDRNOTAVAIL', endpoints[0] as Endpoint));
    this.#dial = dialTarget(engine, reachable, this.#attemptTime, this.#dialled, source);
  };

  readonly #dialled = (error: ConnectError | undefined, upstream?: Upstream, endpoint?: Endpoint): void => {
    const { addresses, agreement, now } = this.#context;
    const attempt = this.#attempt as Attempt;
    if (error || !upstream || !endpoint) return this.#dialFailed(error as ConnectError);
    addresses.prefer(attempt.target, endpoint);
    // A change of epoch may have begun since the dial did.
    const key = (this.#route as Route).clientKey;
    const waiting = agreement && whenDecided(agreement, key, now, () => this.#place(upstream));
    if (!waiting) return this.#place(upstream);
    this.#dial = {
      cancel: () => {
        waiting.cancel();
        upstream.close();
      },
    };
  };

  /** Takes the client's place at the target, and relays. */
  #place(upstream: Upstream): void {
    const { options, now } = this.#context;
    this.#placement = this.#attempt?.succeeded(now());
    if (!this.#placement) {
      upstream.close();
      return this.#connect();
    }
    const version = proxyVersion(this.#placement.target, options.pool);
    const from = this.#admission ?? this.#downstream;
    const head = version && proxyHead(version, from.describe(), options.pool, this.#admission?.tlvs);
    this.#relay = this.#downstream.relay(upstream, options.listener, this, head);
    // What was needed on the way is not kept for as long as the connection lasts.
    this.#route = this.#attempt = this.#dial = this.#admission = undefined;
  }

  /** Blames the target, unless the fault was this machine's, and passes it over. */
  #dialFailed(error: ConnectError): void {
    const attempt = this.#attempt as Attempt;
    this.#lastError = error;
    if (error.source === 'upstream') attempt.failed(this.#context.now(), error.code);
    else attempt.abandoned();
    this.#context.news.passedOver(attempt.target.id, error);
    this.#connect();
  }

  get #clientAddress(): string {
    return this.#admission?.clientAddress ?? this.#downstream.remoteAddress;
  }

  /** For an attempt that begins now. */
  readonly #attemptTime = (): number => {
    return Math.min(this.#context.options.pool.connectTimeout, this.#budgetEnds - this.#context.now());
  };

  /** Called by the relay when both directions are over. */
  ending(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#attempt?.abandoned();
    this.#placement?.release(this.#context.now());
    this.#share?.release();
    this.#context.ending();
  }

  /** Called by the relay when the last byte is out. */
  closed(): void {
    this.#close();
  }

  /** Where it is, once it is relayed. */
  get target(): TargetRecord | undefined {
    return this.#placement?.target;
  }

  get isOver(): boolean {
    return this.#state === 'closed';
  }

  /** Ends the connection with FIN, wherever it is on its way. */
  close(): void {
    if (this.isOver) return;
    if (this.#relay) return this.#relay.close();
    this.#giveUp();
    this.#refuse('close');
  }

  /** Ends the connection with RST, wherever it is on its way. */
  reset(): void {
    if (this.isOver) return;
    if (this.#relay) return this.#relay.reset();
    this.#giveUp();
    this.#refuse('reset');
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    if (!this.isOver) this.#downstream.setKeepAlive(isOn, idle);
  }

  setNoDelay(isOn: boolean): void {
    if (!this.isOver) this.#downstream.setNoDelay(isOn);
  }

  silence(): number {
    return this.isOver ? 0 : this.#downstream.silence();
  }

  whenOver(callback: () => void): void {
    this.#onOver = callback;
  }

  /** The client has reset before it was relayed. */
  readonly #clientGone = (): void => {
    this.#admission?.gone();
    this.#giveUp();
    this.#close();
  };

  #giveUp(): void {
    this.#admission?.cancel();
    this.#dial?.cancel();
  }

  /** Ends a client that isn't relayed. */
  #refuse(how: 'close' | 'reset'): void {
    this.ending();
    this.#downstream[how]();
    this.#close();
  }

  #close(): void {
    if (this.#state === 'closed') return;
    this.ending();
    this.#state = 'closed';
    this.#context.closed(this);
    if (!this.#onOver) return;
    this.#onOver();
    this.#context.engine.yieldToNode();
  }
}

function unresolved(target: TargetRecord): ConnectError {
  return new ConnectError('ENOTFOUND', target.options as Endpoint);
}
