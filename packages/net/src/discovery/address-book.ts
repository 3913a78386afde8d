// Where each target can be reached: the addresses behind its name. In a process that carries connections. It looks nothing up and
// decides on no address; it keeps what it is sent.
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import { setPatientTimeout } from '../base/patient-timeout.ts';
import type { Dial } from '../engine/engine.ts';
import { dialOrder } from './dial-order.ts';
import type { NameSource } from './name-source.ts';
import { RENEWAL, Renewals } from './renewals.ts';
import { staticEndpoints } from './static-discovery.ts';

/** Target id -> where it can be reached. */
export type Endpoints = ReadonlyMap<string, readonly Endpoint[]>;

/** The endpoints of a target in the order in which to try them, as it is while this address is agreed on. */
interface Ordered {
  readonly agreed: string | undefined;
  readonly endpoints: readonly Endpoint[];
}

export class AddressBook {
  /** Who resolves names. @default nobody */
  source: NameSource | undefined;
  readonly #isOwn: (address: string, port: number) => boolean;
  readonly #renewals = new Renewals((target) => this.source?.renew(target));
  #discovered: Endpoints = new Map();
  #ordered = new WeakMap<TargetRecord, Ordered>();
  readonly #waiting = new Set<() => void>();
  /** When it was last reported of a target that another address has answered. */
  readonly #reportedAt = new WeakMap<TargetRecord, number>();

  /** @param isOwn whether the balancer itself listens there; a name that leads to it leads nowhere */
  constructor(isOwn: (address: string, port: number) => boolean = () => false) {
    this.#isOwn = isOwn;
  }

  /** @param discovered of the targets that are looked up: what their config says is known here */
  set(discovered: Endpoints): void {
    this.#discovered = discovered;
    this.#ordered = new WeakMap();
    for (const tell of [...this.#waiting]) tell();
  }

  /** Whether a target need not be looked up, or has been, whatever the answer. */
  knows({ id, options }: TargetRecord): boolean {
    return this.#discovered.has(id) || staticEndpoints(options) !== undefined;
  }

  /** Calls back once a target is known, or after `timeout` ms: its name has just been added, and is being looked up. */
  whenKnown(target: TargetRecord, timeout: number, done: () => void): Dial {
    const settle = (): void => {
      stopWaiting();
      this.#waiting.delete(tell);
    };
    const tell = (): void => {
      if (!this.knows(target)) return;
      settle();
      done();
    };
    const stopWaiting = setPatientTimeout(() => {
      settle();
      done();
    }, timeout);
    this.#waiting.add(tell);
    return { cancel: settle };
  }

  /** All endpoints of a target, in the order in which to try them. None for a name that could not be resolved. */
  endpoints(target: TargetRecord): readonly Endpoint[] {
    const known = this.#ordered.get(target);
    if (known && known.agreed === target.address) return known.endpoints;
    const endpoints = this.#inOrder(target);
    this.#ordered.set(target, { agreed: target.address, endpoints });
    return endpoints;
  }

  /** Whether the name of a target leads to the balancer itself, and nowhere else. */
  leadsHere(target: TargetRecord): boolean {
    return (this.#discovered.get(target.id)?.length ?? 0) > 0 && this.endpoints(target).length === 0;
  }

  /**
   * Has the name of a target looked up again, as none of its addresses has answered. Calls back once there is an answer, or after
   * `timeout` ms.
   * @returns `undefined` where there is nothing to wait for
   */
  renew(target: TargetRecord, timeout: number, done: () => void): Dial | undefined {
    if (!this.source || staticEndpoints(target.options)) return undefined;
    return this.#renewals.wait(target, timeout, done);
  }

  /** The look-up for a target that was asked for is over. */
  renewed(id: string): void {
    this.#renewals.answered(id);
  }

  /** Reports an address that has answered a connection though it was not the first to be tried, once a second at most for each target. */
  answered(target: TargetRecord, endpoint: Endpoint, first: Endpoint): void {
    if (endpoint === first || 'path' in endpoint || 'path' in first) return;
    const now = performance.now();
    if (now - (this.#reportedAt.get(target) ?? Number.NEGATIVE_INFINITY) < RENEWAL) return;
    this.#reportedAt.set(target, now);
    this.source?.answered(target.id, endpoint.host, first.host);
  }

  /** A probe of this process has reached a target there, and at no address before that one. */
  reached(target: TargetRecord, endpoint: Endpoint): void {
    const [first = endpoint] = this.endpoints(target);
    this.answered(target, endpoint, first);
  }

  /** A probe of this process has reached a target nowhere. */
  unreached(target: TargetRecord): void {
    if (!staticEndpoints(target.options)) this.source?.renew(target.id);
  }

  #inOrder({ id, options, address: agreed }: TargetRecord): readonly Endpoint[] {
    const known = staticEndpoints(options);
    if (known) return known;
    const isOther = (endpoint: Endpoint) => 'path' in endpoint || !this.#isOwn(endpoint.host, endpoint.port);
    const listed = (this.#discovered.get(id) ?? []).filter(isOther);
    return dialOrder(listed, agreed === undefined ? undefined : { host: agreed, port: options.port ?? 0 });
  }
}
