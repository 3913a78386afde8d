// A connection's stage from its accept until all gates have let it in, or one has not: the gates one after the other, within
// `admitTimeout`. Nothing of what the client sends is read, unless a gate looks at its head.
import type { ConnectionControl, ConnectionInfo } from '@lb/core/internal';
import { setLongTimeout } from '../../base/long-timers.ts';
import type { Downstream, Engine } from '../../engine/engine.ts';
import type { ListenerOptions } from '../../options/index.ts';
import type { Refusal } from '../events/observer.ts';
import type { ClientSlot } from '../limits/client-limits.ts';
import type { Entry, Gate, Waiting } from './gate.ts';

export interface AdmissionContext {
  readonly engine: Engine;
  readonly options: { readonly listener: Pick<ListenerOptions, 'admitTimeout'> };
  /** What a client passes before it is admitted, in this order. */
  readonly gates: readonly Gate[];
}

/** Who a client is. */
export interface ClientDescription {
  describe(): ConnectionInfo;
  /** What a received header says beyond addresses, where that is to be passed on. */
  readonly tlvs?: Uint8Array | undefined;
}

/** The connection that is to be admitted. */
export interface Entrant extends ConnectionControl {
  clientAddress: string;
  /** Keeps a slot until the connection ends. */
  hold(slot: ClientSlot): void;
  admitted(client: ClientDescription): void;
  refused(refusal: Refusal, detail: string | undefined): void;
}

export class Admission implements Entry, ClientDescription {
  readonly stage = 'admitting';
  readonly downstream: Downstream;
  tlvs: Uint8Array | undefined;
  readonly #entrant: Entrant;
  readonly #context: AdmissionContext;
  #announced: ConnectionInfo | undefined;
  #passed = 0;
  #waiting: Waiting | undefined;
  #awaited: Refusal = 'header timeout';
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(entrant: Entrant, downstream: Downstream, context: AdmissionContext) {
    this.#entrant = entrant;
    this.downstream = downstream;
    this.#context = context;
  }

  /** Asks the next gate. */
  ask(): void {
    const passed = this.#passed;
    const gate = this.#context.gates[passed];
    if (!gate) {
      this.cancel();
      return this.#entrant.admitted(this);
    }
    const waiting = gate.admit(this);
    if (this.#passed === passed && !this.#isOver) this.#waiting = waiting;
  }

  pass(): void {
    if (this.#isOver) return;
    this.#waiting = undefined;
    this.#passed += 1;
    this.ask();
  }

  refuse(refusal: Refusal, detail?: string): void {
    if (this.#isOver) return;
    this.cancel();
    this.#entrant.refused(refusal, detail);
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting?.cancel();
    clearTimeout(this.#timer);
  }

  /** The client has reset. @returns what that is to be taken for, if it means anything */
  gone(): Refusal | undefined {
    return this.#waiting?.gone?.();
  }

  await(timeout: 'header timeout' | 'middleware timeout'): void {
    if (this.#isOver) return;
    const { engine, options } = this.#context;
    const { admitTimeout } = options.listener;
    this.#awaited = timeout;
    const expired = (): void => this.refuse(this.#awaited, `${admitTimeout} ms`);
    this.#timer ??= setLongTimeout(() => engine.whenCaughtUp(expired), admitTimeout);
  }

  announce(client: ConnectionInfo, tlvs: Uint8Array | undefined): void {
    this.#announced = client;
    this.#entrant.clientAddress = client.remoteAddress;
    this.tlvs = tlvs;
  }

  hold(slot: ClientSlot): void {
    this.#entrant.hold(slot);
  }

  get control(): ConnectionControl {
    return this.#entrant;
  }

  get clientAddress(): string {
    return this.#entrant.clientAddress;
  }

  describe(): ConnectionInfo {
    return this.#announced ?? this.downstream.describe();
  }
}
