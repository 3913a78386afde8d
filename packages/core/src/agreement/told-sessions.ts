// Displaced sessions as a worker has been told of them: which client is where, though that isn't its home.
import type { TargetRecord } from '../target.ts';

export class ToldSessions {
  readonly #targets = new Map<string, TargetRecord>();
  /** Those of which this worker has said that it doesn't hold them, until it hears what came of that. */
  readonly #doubtful = new Set<string>();

  get size(): number {
    return this.#targets.size;
  }

  get doubtful(): number {
    return this.#doubtful.size;
  }

  find(clientKey: string): TargetRecord | undefined {
    return this.#targets.get(clientKey);
  }

  isDoubtful(clientKey: string): boolean {
    return this.#doubtful.has(clientKey);
  }

  set(clientKey: string, target: TargetRecord): void {
    this.#targets.set(clientKey, target);
  }

  doubt(clientKey: string): void {
    this.#doubtful.add(clientKey);
  }

  keep(clientKey: string): void {
    this.#doubtful.delete(clientKey);
  }

  drop(clientKey: string): void {
    this.#doubtful.delete(clientKey);
    this.#targets.delete(clientKey);
  }

  /** A target that was removed keeps no session, and one that comes back under its name is another. */
  dropRemoved(): void {
    for (const [clientKey, target] of this.#targets) if (target.mode === 'removed') this.drop(clientKey);
  }
}
