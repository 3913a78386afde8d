// Looks up the names of targets in the background, so that no connection waits for a name server, unless the name is new.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TargetOptions } from '@lb/core';
import { type Log, SILENT } from '../base/log.ts';
import { type Addresses, bareHost } from './address-book.ts';
import { WatchedName } from './watched-name.ts';

/** ms between two look-ups of the same name. */
const INTERVAL = 30_000;
/** ms in which the changes of several names are gathered into one. */
const GATHERING = 20;
/** ms that a start waits for the other names once a target can be reached: a mistake in one of them is to be found, and most answer at once. */
const MOMENT = 250;

export interface NameResolverOptions {
  /** @default nothing is logged */
  readonly log?: Log;
  /** Told when an address has come or gone. */
  readonly onChange?: (addresses: Addresses) => void;
  /** @default the system's resolver */
  readonly lookup?: (name: string) => Promise<readonly string[]>;
}

export class NameResolver {
  readonly #options: NameResolverOptions;
  #names = new Map<string, WatchedName>();
  #hasAddressGiven = false;
  #timer: NodeJS.Timeout | undefined;
  #change: NodeJS.Timeout | undefined;
  #looked: Promise<unknown> = Promise.resolve();
  #onUsable: (() => void) | undefined;

  constructor(options: NameResolverOptions = {}) {
    this.#options = options;
  }

  /** What is known now. A name keeps its last good answer; one that can't be resolved has none; one that is new isn't here yet. */
  get addresses(): Addresses {
    const known = [...this.#names].map(([name, { addresses }]) => [name, addresses] as const);
    return new Map(known.filter((entry): entry is [string, readonly string[]] => entry[1] !== undefined));
  }

  /** Whether a look-up is under way: until it ends, so long does a call of `process.exit` take. */
  get isAsking(): boolean {
    return [...this.#names.values()].some((name) => name.isAsking);
  }

  /** The names that can't be resolved, as soon as that is known: after 5 s at the latest. */
  async unresolved(): Promise<string[]> {
    await this.#looked;
    return [...this.addresses].filter(([, addresses]) => addresses.length === 0).map(([name]) => name);
  }

  /**
   * Looks up the names of these targets, all at once, and again every 30 s. Resolves when each name that is new has an answer, good or bad,
   * or has had none for 5 s.
   */
  async watch(targets: readonly TargetOptions[]): Promise<void> {
    const hosts = targets.filter(({ path }) => path === undefined).map(({ host }) => bareHost(host ?? ''));
    const names = new Set(hosts.filter((host) => !isIP(host)));
    this.#hasAddressGiven = targets.some(({ host, path }) => path !== undefined || isIP(bareHost(host ?? '')));
    this.#names = new Map([...names].map((name) => [name, this.#names.get(name) ?? this.#newName(name)]));
    clearInterval(this.#timer);
    if (names.size === 0) return;
    this.#timer = setInterval(() => void this.refresh(), INTERVAL).unref();
    const isNew = [...this.#names.values()].filter(({ addresses }) => addresses === undefined);
    void this.refresh();
    this.#looked = Promise.all(isNew.map((name) => name.look()));
    await this.#looked;
    this.#tell();
  }

  /** As `watch`, for a start: resolves once one of the targets can be reached, though other names take longer. */
  async watchUntilUsable(targets: readonly TargetOptions[]): Promise<void> {
    const looked = this.watch(targets);
    const usable = new Promise<void>((resolve) => {
      this.#onUsable = () => setTimeout(resolve, MOMENT).unref();
    });
    if (this.#isUsable) this.#onUsable?.();
    await Promise.race([looked, usable]);
    this.#onUsable = undefined;
  }

  /** Looks up all names. Resolves when each has an answer, or none for 5 s. */
  async refresh(): Promise<void> {
    await Promise.all([...this.#names.values()].map((name) => name.look()));
    this.#tell();
  }

  close(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#change);
    this.#change = undefined;
  }

  #newName(name: string): WatchedName {
    const { log = SILENT, lookup = systemLookup } = this.#options;
    const watched: WatchedName = new WatchedName({
      name,
      log,
      interval: INTERVAL,
      lookup,
      onChange: () => {
        if (this.#names.get(name) !== watched) return; // its target was removed meanwhile
        this.#change ??= setTimeout(() => this.#tell(), GATHERING).unref();
        if (this.#isUsable) this.#onUsable?.();
      },
    });
    return watched;
  }

  get #isUsable(): boolean {
    return this.#hasAddressGiven || [...this.#names.values()].some(({ addresses }) => addresses?.length);
  }

  /** Passes on what has changed. */
  #tell(): void {
    if (!this.#change) return;
    clearTimeout(this.#change);
    this.#change = undefined;
    this.#options.onChange?.(this.addresses);
  }
}

async function systemLookup(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return [...new Set(found.map(({ address }) => address))];
}
