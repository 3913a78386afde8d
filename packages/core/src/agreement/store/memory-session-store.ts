// The store of one machine: the memory of its primary. Bounded.
import type { PlacementNotice } from '../protocol/agreement-messages.ts';
import type { SessionStore } from './session-store.ts';

export class MemorySessionStore implements SessionStore {
  /** The most sessions. One beyond that is known to its own worker only. */
  limit: number;
  readonly #targets = new Map<string, string>();

  constructor(limit: number) {
    this.limit = limit;
  }

  get size(): number {
    return this.#targets.size;
  }

  get(clientKey: string): string | undefined {
    return this.#targets.get(clientKey);
  }

  claim(clientKey: string, target: string): string | undefined {
    const holder = this.#targets.get(clientKey);
    if (holder !== undefined || this.#targets.size >= this.limit) return holder;
    this.#targets.set(clientKey, target);
    return target;
  }

  replace(clientKey: string, from: string, to: string): boolean {
    if (this.#targets.get(clientKey) !== from) return false;
    this.#targets.set(clientKey, to);
    return true;
  }

  drop(clientKey: string): void {
    this.#targets.delete(clientKey);
  }

  sync(): Iterable<PlacementNotice> {
    return this.#targets.entries();
  }
}
