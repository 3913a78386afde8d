// The clients of a worker that have reached a target for a passing reason, until the primary has found out whether another worker has
// their session. It keeps what the router and the primary say; it asks nobody.
import type { TargetRecord } from '../../targets/target-record.ts';

interface Claim {
  readonly target: TargetRecord;
  /** Whether a session of it is kept here after all. What a connection counts in that waits no longer is a guess. */
  isHeld: boolean;
}

export class ClaimedClients {
  readonly #claims = new Map<string, Claim>();

  get size(): number {
    return this.#claims.size;
  }

  has(clientKey: string): boolean {
    return this.#claims.has(clientKey);
  }

  /** @returns whether it is new */
  add(clientKey: string, target: TargetRecord): boolean {
    if (this.#claims.has(clientKey)) return false;
    this.#claims.set(clientKey, { target, isHeld: false });
    return true;
  }

  /** This worker has a session of the client after all: from a worker that leaves, or since the client has reached its target. */
  held(clientKey: string): void {
    const claim = this.#claims.get(clientKey);
    if (claim) claim.isHeld = true;
  }

  /** Whether a session that this worker keeps of a client is a guess. */
  isGuess(clientKey: string): boolean {
    return this.#claims.get(clientKey)?.isHeld === false;
  }

  /** It has been found out. @returns the target that was claimed */
  take(clientKey: string): TargetRecord | undefined {
    const claim = this.#claims.get(clientKey);
    this.#claims.delete(clientKey);
    return claim?.target;
  }
}
