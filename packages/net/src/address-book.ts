// Where each target can be reached: the addresses behind its name. It asks nobody; it keeps what it is told.
import { isIP } from 'node:net';
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from './engine.ts';

/** Host name -> IP addresses. */
export type Addresses = Readonly<Record<string, readonly string[]>>;

export class AddressBook {
  readonly #isOwn: (address: string, port: number) => boolean;
  #addresses: Addresses = {};
  #endpoints = new WeakMap<TargetRecord, readonly Endpoint[]>();

  /** @param isOwn whether the balancer itself listens there; a name that leads to it leads nowhere */
  constructor(isOwn: (address: string, port: number) => boolean = () => false) {
    this.#isOwn = isOwn;
  }

  set(addresses: Addresses): void {
    this.#addresses = addresses;
    this.#endpoints = new WeakMap();
  }

  /** All addresses of a target, in the order in which to try them. None for a name that could not be resolved yet. */
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
    if (endpoints[0] === endpoint) return;
    this.#endpoints.set(target, [endpoint, ...endpoints.filter((other) => other !== endpoint)]);
  }

  #lookUp({ options: { host = '', port = 0, path } }: TargetRecord): readonly Endpoint[] {
    if (path !== undefined) return [{ path }];
    const bare = bareHost(host);
    if (isIP(bare)) return [{ host: bare, port }];
    const others = (this.#addresses[bare] ?? []).filter((address) => !this.#isOwn(address, port));
    return others.map((address) => ({ host: address, port }));
  }
}

/** `[::1]` as `::1`. */
export function bareHost(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}
