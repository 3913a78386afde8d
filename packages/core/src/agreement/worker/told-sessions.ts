// Sessions as a worker has been told of them: which client is where, though that isn't its home, and of which it has said that it doesn't
// hold them.
import type { TargetRecord } from '../../targets/target-record.ts';

export class ToldSessions {
  readonly #targets = new Map<string, TargetRecord>();
  /** The clients of whom this worker has said that it has no session, until it hears what came of that check; the last one counts. */
  readonly #doubtful = new Map<string, number>();

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

  drop(clientKey: string): void {
    this.#targets.delete(clientKey);
  }

  /** This worker has said in a check that it doesn't hold it. */
  doubt(clientKey: string, check: number): void {
    this.#doubtful.set(clientKey, check);
  }

  /** A check is over. */
  settle(clientKey: string, check: number): void {
    if (this.#doubtful.get(clientKey) === check) this.#doubtful.delete(clientKey);
  }

  /** A target that was taken out of use has lost its sessions, and doesn't get them back when it returns. */
  dropEnded(): void {
    for (const [clientKey, target] of this.#targets) if (!target.keepsSessions) this.drop(clientKey);
  }
}
