// The targets of a list, each with where it can be reached, as that changes.
import type { TargetOptions } from '@lb/core';
import { targetId } from '@lb/core/internal';
import type { Endpoint } from '../base/endpoint.ts';
import { type Log, SILENT } from '../base/log.ts';
import type { Endpoints } from './address-book.ts';
import { AddressDiscovery, type Lookup } from './address-discovery.ts';
import { FollowedTarget } from './followed-target.ts';
import { staticDiscovery, staticEndpoints } from './static-discovery.ts';

/** ms in which the changes of several targets are gathered into one. */
const GATHERING = 20;
/** ms that a start waits for the other targets once one can be reached: a mistake in one of them is to be found, and most answer at once. */
const MOMENT = 250;

export interface DiscoveredTargetsOptions {
  /** @default nothing is logged */
  readonly log?: Log;
  /** Called when an endpoint has come or gone. */
  readonly onChange?: (endpoints: Endpoints) => void;
  /** ms between two look-ups of the same name. */
  readonly interval: number;
  /** @default the system's resolver */
  readonly lookup?: Lookup;
}

export class DiscoveredTargets {
  readonly #onChange: DiscoveredTargetsOptions['onChange'];
  readonly #names: AddressDiscovery;
  #followed = new Map<string, FollowedTarget>();
  #change: NodeJS.Timeout | undefined;
  #onUsable: (() => void) | undefined;

  constructor({ log = SILENT, onChange, interval, lookup }: DiscoveredTargetsOptions) {
    this.#onChange = onChange;
    this.#names = new AddressDiscovery(log, interval, lookup);
  }

  /** ms between two look-ups of the same name from now on. */
  set interval(interval: number) {
    this.#names.interval = interval;
  }

  /** What is known now of the targets that are looked up: none of one without an answer, while one that is new isn't here yet. */
  get endpoints(): Endpoints {
    const endpoints = new Map<string, readonly Endpoint[]>();
    for (const [id, { target, endpoints: found }] of this.#followed) {
      if (found && !staticEndpoints(target)) endpoints.set(id, found);
    }
    return endpoints;
  }

  /** The options of a target that is followed. */
  optionsOf(id: string): TargetOptions | undefined {
    return this.#followed.get(id)?.target;
  }

  /** Whether a look-up is under way: until it ends, so long does a call of `process.exit` take. */
  get isAsking(): boolean {
    return this.#names.isAsking;
  }

  /** The names that can't be resolved, wherever they are assumed to lead, as soon as that is known: after 5 s at the latest. */
  unresolved(): Promise<string[]> {
    return this.#names.unresolved();
  }

  /** Follows these targets and no others. Resolves when each that is new has an answer, good or bad, or has had none for 5 s. */
  async watch(targets: readonly TargetOptions[]): Promise<void> {
    const before = this.#followed;
    this.#followed = new Map();
    for (const target of targets) {
      const id = targetId(target);
      if (!this.#followed.has(id)) this.#followed.set(id, before.get(id) ?? this.#follow(target));
    }
    for (const [id, target] of before) if (!this.#followed.has(id)) target.close();
    const answered = Promise.all([...this.#followed.values()].map(({ answered }) => answered));
    for (const [id, target] of this.#followed) if (before.has(id)) void target.renew();
    await answered;
    this.#tell();
  }

  /** As `watch`, for a start: resolves once one of the targets can be reached, though others take longer. */
  async watchUntilUsable(targets: readonly TargetOptions[]): Promise<void> {
    const usable = new Promise<void>((resolve) => {
      this.#onUsable = () => setTimeout(resolve, MOMENT).unref();
    });
    const watched = this.watch(targets);
    this.#lookForUsable();
    await Promise.race([watched, usable]);
    this.#onUsable = undefined;
  }

  /** Has targets whose names have no answer be where another process has reached them last, by target id. */
  assume(addresses: Iterable<readonly [id: string, address: string]>): void {
    for (const [id, address] of addresses) {
      const target = this.optionsOf(id);
      if (target && !staticEndpoints(target)) this.#names.assume(target, address);
    }
    this.#tell();
  }

  /** Looks up all names. Resolves when each has an answer, or none for 5 s. */
  async refresh(): Promise<void> {
    await this.#names.refresh();
    this.#tell();
  }

  /** The same for the name of one target, once a second at most. @param id of the target */
  async renew(id: string): Promise<void> {
    await this.#followed.get(id)?.renew();
    this.#tell();
  }

  /** Follows nothing until `watch` is called again. */
  close(): void {
    for (const target of this.#followed.values()) target.close();
    this.#followed = new Map();
    clearTimeout(this.#change);
    this.#change = undefined;
  }

  #follow(target: TargetOptions): FollowedTarget {
    if (staticEndpoints(target)) return new FollowedTarget(target, staticDiscovery, () => {});
    return new FollowedTarget(target, this.#names, () => {
      this.#change ??= setTimeout(() => this.#tell(), GATHERING).unref();
      this.#lookForUsable();
    });
  }

  #lookForUsable(): void {
    if (this.#onUsable && [...this.#followed.values()].some(({ isUsable }) => isUsable)) this.#onUsable();
  }

  /** Passes on what has changed. */
  #tell(): void {
    if (!this.#change) return;
    clearTimeout(this.#change);
    this.#change = undefined;
    this.#onChange?.(this.endpoints);
  }
}
