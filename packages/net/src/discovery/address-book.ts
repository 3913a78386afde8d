// Where each target can be reached: the addresses behind its name. It asks nobody; it keeps what it is told.
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import { setPatientTimeout } from '../base/patient-timeout.ts';
import type { Dial } from '../engine/engine.ts';
import { staticEndpoints } from './static-discovery.ts';

/** Target id -> where it can be reached. */
export type Endpoints = ReadonlyMap<string, readonly Endpoint[]>;

export class AddressBook {
  readonly #isOwn: (address: string, port: number) => boolean;
  #discovered: Endpoints = new Map();
  #endpoints = new WeakMap<TargetRecord, readonly Endpoint[]>();
  readonly #waiting = new Set<() => void>();

  /** @param isOwn whether the balancer itself listens there; a name that leads to it leads nowhere */
  constructor(isOwn: (address: string, port: number) => boolean = () => false) {
    this.#isOwn = isOwn;
  }

  /** @param discovered of the targets that are looked up: what their config says is known here */
  set(discovered: Endpoints): void {
    this.#discovered = discovered;
    this.#endpoints = new WeakMap();
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
    let endpoints = this.#endpoints.get(target);
    if (!endpoints) {
      endpoints = this.#lookUp(target);
      this.#endpoints.set(target, endpoints);
    }
    return endpoints;
  }

  /** Puts the address that answered first from now on. */
  prefer(target: TargetRecord, endpoint: Endpoint): void {
    const endpoints = this.endpoints(target);
    // One that is no longer in the list was dialled before the list was replaced.
    if (endpoints[0] === endpoint || !endpoints.includes(endpoint)) return;
    this.#endpoints.set(target, [endpoint, ...endpoints.filter((other) => other !== endpoint)]);
  }

  #lookUp({ id, options }: TargetRecord): readonly Endpoint[] {
    const isOther = (endpoint: Endpoint) => 'path' in endpoint || !this.#isOwn(endpoint.host, endpoint.port);
    return staticEndpoints(options) ?? (this.#discovered.get(id) ?? []).filter(isOther);
  }
}
