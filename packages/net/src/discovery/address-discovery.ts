// Targets that the config gives by a name: all A and AAAA addresses that the system's resolver has for it. Names are looked up in the
// background, so that no connection waits for a name server, unless the name is new.
import { lookup } from 'node:dns/promises';
import type { TargetOptions } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Log } from '../base/log.ts';
import type { Discovery, Watch } from './discovery.ts';
import { bareHost } from './static-discovery.ts';
import { WatchedName } from './watched-name.ts';

/** ms between two look-ups of the same name. */
const INTERVAL = 30_000;

export type Lookup = (name: string) => Promise<readonly string[]>;

export class AddressDiscovery implements Discovery {
  readonly #log: Log;
  readonly #lookup: Lookup;
  readonly #names = new Map<string, WatchedName>();
  #timer: NodeJS.Timeout | undefined;

  /** @param lookup the system's resolver by default */
  constructor(log: Log, lookup: Lookup = systemLookup) {
    this.#log = log;
    this.#lookup = lookup;
  }

  /** Whether a look-up is under way: until it ends, so long does a call of `process.exit` take. */
  get isAsking(): boolean {
    return [...this.#names.values()].some((name) => name.isAsking);
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

  async refresh(): Promise<void> {
    await Promise.all([...this.#names.values()].map((name) => name.look()));
  }

  #nameOf(name: string): WatchedName {
    const known = this.#names.get(name);
    if (known) return known;
    const watched = new WatchedName({ name, log: this.#log, interval: INTERVAL, lookup: this.#lookup });
    this.#names.set(name, watched);
    this.#timer ??= setInterval(() => void this.refresh(), INTERVAL).unref();
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
