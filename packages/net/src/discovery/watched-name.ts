// The name of a target, its look-up, and the last good answer. One look-up at a time: another one would only wait behind it.
import { errorCode } from '@lb/core';
import type { Log } from '../base/log.ts';

/** ms between two look-ups of one name that are asked for since connections fail. */
const RENEWAL = 1_000;
/** ms that a look-up may take before the name counts as one that can't be resolved. An answer that comes later is used all the same. */
const PATIENCE = 5_000;

export interface WatchedNameOptions {
  readonly name: string;
  readonly log: Log;
  /** ms between two look-ups, for the log. */
  readonly interval: () => number;
  readonly lookup: (name: string) => Promise<readonly string[]>;
}

export class WatchedName {
  readonly #options: WatchedNameOptions;
  #addresses: readonly string[] | undefined;
  /** Whether the addresses are those of another process, since there has been no answer. */
  #isAssumed = false;
  readonly #followers = new Set<(addresses: readonly string[]) => void>();
  #isFailing = false;
  #isAsking = false;
  /** When it was last looked up since connections failed (ms, monotonic). */
  #renewedAt = Number.NEGATIVE_INFINITY;
  #asked: Promise<void> = Promise.resolve();

  constructor(options: WatchedNameOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /**
   * Calls back with the addresses as soon as there is an answer, or the look-up has taken too long, and whenever they change. None for a
   * name that can't be resolved.
   * @returns ends that
   */
  follow(follower: (addresses: readonly string[]) => void): () => void {
    this.#followers.add(follower);
    if (this.#addresses) follower(this.#addresses);
    return () => this.#followers.delete(follower);
  }

  /** Takes the name to lead to this address, and to others that are assumed, until there is an answer. */
  assume(address: string): void {
    const known = this.#addresses ?? [];
    if (known.length > 0 && !this.#isAssumed) return;
    this.#isAssumed = true;
    const { name, log } = this.#options;
    log.warn(
      { name, address },
      `target name ${name} has no answer; ${address}, where it led under the last primary, is used until it has`,
    );
    this.#set([...new Set([...known, address])]);
  }

  /** Whether there has been no answer yet, or one without an address. */
  get isUnresolved(): boolean {
    return this.#isAssumed || this.#addresses === undefined || this.#addresses.length === 0;
  }

  /** Resolves when the last look-up has an answer, or has taken too long. */
  get asked(): Promise<void> {
    return this.#asked;
  }

  /** Whether a look-up is under way. */
  get isAsking(): boolean {
    return this.#isAsking;
  }

  /** Looks the name up, unless that is under way. Resolves when there is an answer, or the look-up has taken too long. */
  look(): Promise<void> {
    if (!this.#isAsking) this.#asked = this.#ask();
    return this.#asked;
  }

  /**
   * The same, once a second at most. A look-up that was made for another reason does not count: the server may have come back elsewhere
   * since.
   */
  renew(): Promise<void> {
    const now = performance.now();
    if (now - this.#renewedAt < RENEWAL) return this.#asked;
    this.#renewedAt = now;
    return this.look();
  }

  #ask(): Promise<void> {
    const { name, lookup } = this.#options;
    this.#isAsking = true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#failed('ETIMEDOUT');
        resolve();
      }, PATIENCE).unref();
      lookup(name)
        .then(
          (addresses) => this.#answered(addresses),
          (error: unknown) => this.#failed(errorCode(error)),
        )
        .finally(() => {
          clearTimeout(timer);
          this.#isAsking = false;
          resolve();
        });
    });
  }

  #answered(addresses: readonly string[]): void {
    const { name, log } = this.#options;
    if (this.#isFailing) log.info({ name, addresses }, `target name ${name} resolves again`);
    this.#isFailing = false;
    this.#isAssumed = false;
    // Name servers give the same addresses in another order each time.
    if (!this.#addresses || !haveSameMembers(this.#addresses, addresses)) this.#set(addresses);
  }

  #failed(code: string): void {
    const { name, log } = this.#options;
    const kept = this.#addresses ?? [];
    if (!this.#isFailing) log.warn({ name, code, kept }, this.#unresolved(code, kept));
    this.#isFailing = true;
    if (!this.#addresses) this.#set(kept);
  }

  #set(addresses: readonly string[]): void {
    this.#addresses = addresses;
    for (const follower of this.#followers) follower(addresses);
  }

  #unresolved(code: string, kept: readonly string[]): string {
    const { name, interval } = this.#options;
    const now =
      kept.length > 0
        ? `its last addresses stay in use: ${kept.join(', ')}`
        : 'its target is passed over while no address of it is known';
    const how = code === 'ETIMEDOUT' ? `has no answer after ${PATIENCE / 1000} s` : 'cannot be resolved';
    return `target name ${name} ${how} (${code}); it is looked up again every ${interval() / 1000} s, and ${now}`;
  }
}

function haveSameMembers(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((member) => others.includes(member));
}
