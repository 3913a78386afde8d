// Targets that the config gives by a name: all A and AAAA addresses that the system's resolver has for it. Names are looked up in the
// background, so that no connection waits for a name server, unless the name is new.
import { lookup } from 'node:dns/promises';
import type { TargetOptions } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Log } from '../base/log.ts';
import type { Discovery, Watch } from './discovery.ts';
import { bareHost } from './static-discovery.ts';
import { WatchedName } from './watched-name.ts';

export type Lookup = (name: string) => Promise<readonly string[]>;

export class AddressDiscovery implements Discovery {
  readonly #log: Log;
  readonly #lookup: Lookup;
  readonly #names = new Map<string, WatchedName>();
  #interval: number;
  #timer: NodeJS.Timeout | undefined;

  /** @param interval ms between two look-ups of the same name @param lookup the system's resolver by default */
  constructor(log: Log, interval: number, lookup: Lookup = systemLookup) {
    this.#log = log;
    this.#interval = interval;
    this.#lookup = lookup;
  }

  /** Whether a look-up is under way: until it ends, so long does a call of `process.exit` take. */
  get isAsking(): boolean {
    return [...this.#names.values()].some((name) => name.isAsking);
  }

  get interval(): number {
    return this.#interval;
  }

  /** The next look-ups are that long from now. */
  set interval(interval: number) {
    if (interval === this.#interval) return;
    this.#interval = interval;
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#names.size > 0) this.#lookRegularly();
  }

  /** Several targets may have one name, which is looked up once for all of them. */
  watch({ host = '', port = 0 }: TargetOptions, onEndpoints: (endpoints: readonly Endpoint[]) => void): Watch {
    const name = this.#nameOf(bareHost(host));
    const stop = name.follow((addresses) => onEndpoints(addresses.map((address) => ({ host: address, port }))));
    return {
      close: () => {
        stop();
        if (!name.isFollowed) this.#drop(name);
      },
    };
  }

  /** Takes a target's name to lead to this address until there is an answer. */
  assume({ host = '' }: TargetOptions, address: string): void {
    this.#names.get(bareHost(host))?.assume(address);
  }

  /** The names without an answer, once each has one or has had none for 5 s. What is assumed is no answer. */
  async unresolved(): Promise<string[]> {
    await Promise.all([...this.#names.values()].map(({ asked }) => asked));
    return [...this.#names.values()].filter(({ isUnresolved }) => isUnresolved).map(({ name }) => name);
  }

  async refresh(): Promise<void> {
    await Promise.all([...this.#names.values()].map((name) => name.look()));
  }

  async renew({ host = '' }: TargetOptions): Promise<void> {
    await this.#names.get(bareHost(host))?.renew();
  }

  #lookRegularly(): void {
    this.#timer ??= setInterval(() => void this.refresh(), this.#interval).unref();
  }

  #nameOf(name: string): WatchedName {
    const known = this.#names.get(name);
    if (known) return known;
    const watched = new WatchedName({ name, log: this.#log, interval: () => this.#interval, lookup: this.#lookup });
    this.#names.set(name, watched);
    this.#lookRegularly();
    void watched.look();
    return watched;
  }

  #drop(watched: WatchedName): void {
    if (this.#names.get(watched.name) === watched) this.#names.delete(watched.name);
    if (this.#names.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

async function systemLookup(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return [...new Set(found.map(({ address }) => address))];
}
