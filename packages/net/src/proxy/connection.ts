// The way of one connection, in reading order: admit, connect, relay, close. Each stage that takes its time is an object of its
// own, which is let go when the next one begins. What happens on the wire is the engine's.
import type { Placement, TargetRecord } from '@lb/core';
import type { Rostered } from '../base/roster.ts';

import type { Downstream, Relay, RelayObserver, RelayReport, Upstream } from '../engine/engine.ts';
import { Admission, type AdmissionContext, type ClientDescription, type Entrant } from './admission/admission.ts';
import { Connecting, type ConnectingContext, type Unconnected } from './dialling/connecting.ts';
import type { Refusal, WhyUnserved } from './events/observer.ts';
import type { ClientSlot } from './limits/client-limits.ts';

/**
 * What a connection goes by from its accept to its end. Never changed: a reload makes another one, for later connections.
 */
export type Snapshot = Readonly<AdmissionContext & ConnectingContext>;

/** What has accepted a connection. */
export interface ConnectionOwner {
  /** Called once for each connection, before its client can see the end: it may be back at once. */
  ending(): void;
  /** Called once for each connection, after `ending`: the last byte is out, or never will be. */
  closed(connection: Connection): void;
}

interface Relayed {
  readonly stage: 'relayed';
  readonly placement: Placement;
  /** Absent while it begins; it may be over by then. */
  relay: Relay | undefined;
}

const ACCEPTED = { stage: 'accepted' } as const;
const OVER = { stage: 'over' } as const;

type State = typeof ACCEPTED | Admission | Connecting | Relayed | typeof OVER;

let accepted = 0;

export class Connection implements Entrant, Unconnected, RelayObserver, Rostered {
  slot = -1;
  readonly id: number;
  clientAddress: string;
  readonly #snapshot: Snapshot;
  readonly #downstream: Downstream;
  readonly #owner: ConnectionOwner;
  #state: State = ACCEPTED;
  #clientSlot: ClientSlot | undefined;
  /** Whether it has left all counts. */
  #hasLeft = false;
  #onOver: (() => void) | undefined;

  constructor(snapshot: Snapshot, downstream: Downstream, owner: ConnectionOwner) {
    accepted += 1;
    this.id = accepted;
    this.clientAddress = downstream.remoteAddress;
    this.#snapshot = snapshot;
    this.#downstream = downstream;
    this.#owner = owner;
    downstream.onGone = this.#clientGone;
  }

  /** Has the gates asked whether the client may come in. */
  begin(): void {
    this.#snapshot.observer.accepted(this);
    if (this.#snapshot.gates.length === 0) return this.admitted(this.#downstream);
    const admission = new Admission(this, this.#downstream, this.#snapshot);
    this.#state = admission;
    admission.ask();
  }

  /** Has a target found and connected to. */
  admitted(client: ClientDescription): void {
    this.#snapshot.observer.admitted(this);
    const connecting = new Connecting(this, client, this.#snapshot);
    this.#state = connecting;
    connecting.begin();
  }

  /** Has bytes moved both ways. */
  connected(placement: Placement, upstream: Upstream, head: Buffer | undefined): void {
    const relayed: Relayed = { stage: 'relayed', placement, relay: undefined };
    this.#state = relayed;
    this.#snapshot.observer.relayed(this);
    relayed.relay = this.#downstream.relay(upstream, this.#snapshot.options.listener, this, head);
  }

  /** Called by the relay when both directions are over. */
  ending(): void {
    this.#leave();
  }

  /** Called by the relay when the last byte is out. */
  closed(report: RelayReport): void {
    this.#close(report);
  }

  refused(refusal: Refusal, detail: string | undefined): void {
    this.#snapshot.observer.refused(this, refusal, detail);
    this.#refuse(refusal === 'too many' || refusal === 'too fast' ? 'reset' : 'close');
  }

  unserved(why: WhyUnserved): void {
    this.#snapshot.observer.unserved(this, why);
    this.#refuse('reset');
  }

  /** The client has reset before it was relayed. */
  readonly #clientGone = (): void => {
    if (this.#hasLeft) return;
    const refusal = this.#state.stage === 'admitting' ? this.#state.gone() : undefined;
    if (refusal) this.#snapshot.observer.refused(this, refusal, undefined);
    this.#leave();
    this.#close();
  };

  /** Ends a client that isn't relayed. What is told of that may ask for it again. */
  #refuse(how: 'close' | 'reset'): void {
    if (this.#hasLeft) return;
    this.#leave();
    this.#downstream[how]();
    this.#close();
  }

  /** Leaves all counts, before the client can see the end. */
  #leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    const state = this.#state;
    if (state.stage === 'admitting' || state.stage === 'connecting') state.cancel();
    else if (state.stage === 'relayed') state.placement.release(this.#snapshot.now());
    this.#clientSlot?.release();
    this.#owner.ending();
  }

  #close(report?: RelayReport): void {
    if (this.isOver) return;
    this.#snapshot.observer.closed(this, report);
    this.#state = OVER;
    this.#owner.closed(this);
    if (!this.#onOver) return;
    this.#onOver();
    this.#snapshot.engine.yieldToNode();
  }

  hold(slot: ClientSlot): void {
    this.#clientSlot = slot;
  }

  get peerAddress(): string {
    return this.#downstream.remoteAddress;
  }

  get target(): TargetRecord | undefined {
    return this.#state.stage === 'relayed' ? this.#state.placement.target : undefined;
  }

  get isOver(): boolean {
    return this.#state.stage === 'over';
  }

  /** Ends the connection with FIN, wherever it is on its way. */
  close(): void {
    this.#end('close');
  }

  /** Ends the connection with RST, wherever it is on its way. */
  reset(): void {
    this.#end('reset');
  }

  #end(how: 'close' | 'reset'): void {
    const state = this.#state;
    if (state.stage === 'relayed') state.relay?.[how]();
    else if (state.stage !== 'over') this.#refuse(how);
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
}
