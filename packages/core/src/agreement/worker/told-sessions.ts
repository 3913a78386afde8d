// Displaced sessions as a worker has been told of them: which client is where, though that isn't its home.
import type { TargetRecord } from '../../targets/target-record.ts';

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

  /** A target that was taken out of use has lost its sessions, and doesn't get them back when it returns. */
  dropEnded(): void {
    for (const [clientKey, target] of this.#targets) if (!target.keepsSessions) this.drop(clientKey);
  }
}
