// The address of each target with a name that all processes connect to, and when another one takes its place. In the process that
// resolves names: the primary, or a balancer of one process. It connects to nothing itself.
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Log } from '../base/log.ts';
import type { ListenerOptions } from '../options/index.ts';
import type { Endpoints } from './address-book.ts';
import { dialOrder } from './dial-order.ts';
import { notOwn } from './not-own.ts';
import { staticEndpoints } from './static-discovery.ts';

/** ms after which an address that is silent counts as one that does not answer where others are known: for a connection, and for a probe. */
export const SILENCE = 1_000;
/** Addresses that are probed at once. */
const MOST_PROBES = 64;

/** Target id -> the address that all processes connect to. */
export type AddressesByTarget = ReadonlyMap<string, string>;

export interface AgreedAddressesOptions {
  readonly log: Log;
  /** Where the balancer itself listens, at present: no target is there. */
  readonly options: () => Pick<ListenerOptions, 'sourceHost' | 'sourcePort'>;
  /** Connects once. Resolves to whether the endpoint has answered; to true where that can't be told. */
  readonly probe: (target: string, endpoint: Endpoint) => Promise<boolean>;
  /** Called when one has changed, with all. */
  readonly onChange: (addresses: AddressesByTarget) => void;
}

export class AgreedAddresses {
  readonly #options: AgreedAddressesOptions;
  /** Target id -> its addresses, those of the balancer itself left out. */
  #listed = new Map<string, ReadonlyMap<string, Endpoint>>();
  #agreed = new Map<string, string>();
  /** Target id -> the address that an earlier primary has left, until the name of the target is resolved. */
  readonly #left = new Map<string, string>();
  readonly #probed = new Set<string>();

  constructor(options: AgreedAddressesOptions) {
    this.#options = options;
  }

  /**
   * An address stays for as long as it is listed, in whatever order. Then the first that is listed takes its place: it is another
   * server in any case.
   */
  follow(endpoints: Endpoints): void {
    this.#listed = new Map([...endpoints].map(([target, listed]) => [target, this.#usable(listed)]));
    this.#agree(this.#agreed);
  }

  /**
   * Continues with the addresses that an earlier primary has left. Only one that is listed is used: at once, or when the name of its target
   * is resolved. To be called before a worker connects.
   */
  resume(left: Iterable<readonly [target: string, address: string]>): void {
    const agreed = new Map(this.#agreed);
    for (const [target, address] of left) {
      agreed.delete(target);
      this.#left.set(target, address);
    }
    this.#agree(agreed);
  }

  /** @param present what is agreed on, where that does not change */
  #agree(present: AddressesByTarget): void {
    const agreed = new Map<string, string>();
    for (const [target, listed] of this.#listed) {
      const before = present.get(target) ?? this.#left.get(target);
      const [first] = listed.keys();
      const address = before !== undefined && listed.has(before) ? before : first;
      if (address === undefined) continue;
      agreed.set(target, address);
      this.#left.delete(target);
      if (before !== undefined && before !== address) this.#log(target, address, `${before} is no longer listed`);
    }
    const isSame = agreed.size === this.#agreed.size && [...agreed].every(([id, at]) => this.#agreed.get(id) === at);
    if (!isSame) this.#set(agreed);
  }

  /** Where a target can be reached, in the order in which to try. */
  endpoints({ id, options }: TargetRecord): readonly Endpoint[] {
    const known = staticEndpoints(options);
    if (known) return known;
    const listed = this.#listed.get(id);
    return listed ? dialOrder([...listed.values()], listed.get(this.#agreed.get(id) ?? '')) : [];
  }

  /** A connection has reached a target at an address, since `silent` did not answer it. That one is left only if a probe fails, too. */
  async answered(target: string, address: string, silent: string): Promise<void> {
    const endpoint = this.#listed.get(target)?.get(silent);
    if (!endpoint || this.#agreed.get(target) !== silent || this.#probed.has(target)) return;
    if (this.#probed.size >= MOST_PROBES) return; // the next connection reports it again
    this.#probed.add(target);
    const isThere = await this.#options.probe(target, endpoint).finally(() => this.#probed.delete(target));
    if (!isThere && this.#agreed.get(target) === silent) this.reached(target, address);
  }

  /** A target was reached at this address, and can't be at the agreed one. */
  reached(target: string, address: string): void {
    const before = this.#agreed.get(target);
    if (before === address || !this.#listed.get(target)?.has(address)) return;
    this.#log(target, address, `${before} does not answer`);
    this.#set(new Map(this.#agreed).set(target, address));
  }

  #usable(listed: readonly Endpoint[]): ReadonlyMap<string, Endpoint> {
    const usable = notOwn(listed, this.#options.options());
    return new Map(usable.map((endpoint) => ['host' in endpoint ? endpoint.host : '', endpoint]));
  }

  #log(target: string, address: string, reason: string): void {
    this.#options.log.info({ target, address }, `target ${target} is at ${address} now: ${reason}`);
  }

  #set(agreed: Map<string, string>): void {
    this.#agreed = agreed;
    this.#options.onChange(agreed);
  }
}
