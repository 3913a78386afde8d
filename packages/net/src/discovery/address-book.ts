// Where each target can be reached: the addresses behind its name. It asks nobody; it keeps what it is told.
import { isIP } from 'node:net';
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import { setPatientTimeout } from '../base/patient-timeout.ts';
import type { Dial } from '../engine/engine.ts';

/** Host name -> IP addresses. */
export type Addresses = ReadonlyMap<string, readonly string[]>;

export class AddressBook {
  readonly #isOwn: (address: string, port: number) => boolean;
  #addresses: Addresses = new Map();
  #endpoints = new WeakMap<TargetRecord, readonly Endpoint[]>();
  readonly #waiting = new Set<() => void>();

  /** @param isOwn whether the balancer itself listens there; a name that leads to it leads nowhere */
  constructor(isOwn: (address: string, port: number) => boolean = () => false) {
    this.#isOwn = isOwn;
  }

  set(addresses: Addresses): void {
    this.#addresses = addresses;
    this.#endpoints = new WeakMap();
    for (const tell of [...this.#waiting]) tell();
  }

  /** Whether a target needs no name looked up, or its name has been looked up, whatever the answer. */
  knows({ options: { host = '', path } }: TargetRecord): boolean {
    const bare = bareHost(host);
    return path !== undefined || isIP(bare) !== 0 || this.#addresses.has(bare);
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

  /** All addresses of a target, in the order in which to try them. None for a name that could not be resolved. */
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

  #lookUp({ options: { host = '', port = 0, path } }: TargetRecord): readonly Endpoint[] {
    if (path !== undefined) return [{ path }];
    const bare = bareHost(host);
    if (isIP(bare)) return [{ host: bare, port }];
    const others = (this.#addresses.get(bare) ?? []).filter((address) => !this.#isOwn(address, port));
    return others.map((address) => ({ host: address, port }));
  }
}

/** `[::1]` as `::1`. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
