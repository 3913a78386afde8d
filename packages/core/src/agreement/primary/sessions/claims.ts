// Clients that have reached a target for a passing reason, such as that their own one is full: one whose session nobody holds is placed
// where it is. Who holds it is asked of all workers, in rounds of their own, one at a time; what is claimed meanwhile is asked together.
import { LONGEST_LIST, type PlacementNotice } from '../../protocol/agreement-messages.ts';
import type { Members, WorkerId } from '../members.ts';
import type { HolderCheck } from './holder-check.ts';
import type { HolderChecks } from './holder-checks.ts';

interface Claim {
  readonly worker: WorkerId;
  readonly placement: PlacementNotice;
}

export interface ClaimsOptions {
  readonly checks: HolderChecks;
  readonly members: Members;
  /** Places a client that nobody has a session of. @returns whether it is there now, or was left to its own worker */
  readonly place: (placement: PlacementNotice, now: number) => boolean;
}

export class Claims {
  readonly #options: ClaimsOptions;
  /** Those that are asked about now, and those that come next. */
  #asked: readonly Claim[] = [];
  #waiting: Claim[] = [];
  /** Until then workers of an earlier primary may serve clients. They cannot be asked, so no client is taken to have no session. */
  unaskedUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** No worker of an earlier primary serves any more. */
  allCanBeAsked(): void {
    this.unaskedUntil = Number.NEGATIVE_INFINITY;
  }

  add(worker: WorkerId, placements: readonly PlacementNotice[], now: number): void {
    for (const placement of placements) this.#waiting.push({ worker, placement });
    this.#askNext(now);
  }

  #askNext(now: number): void {
    if (this.#asked.length > 0 || this.#waiting.length === 0) return;
    this.#asked = this.#waiting.splice(0, LONGEST_LIST);
    const clientKeys = new Set(this.#asked.map(({ placement: [clientKey] }) => clientKey));
    this.#options.checks.ask([...clientKeys], now, this.#whenOver);
  }

  /** The first claim on a client counts. All hear of what has come of them before they hear that the round is over. */
  readonly #whenOver = (check: HolderCheck, now: number): void => {
    const { members, place } = this.#options;
    const answers = new Map<WorkerId, { granted: string[]; refused: string[] }>();
    for (const { worker, placement } of this.#asked) {
      if (!members.all.has(worker)) continue;
      const [clientKey] = placement;
      const answer = answers.get(worker) ?? { granted: [], refused: [] };
      answers.set(worker, answer);
      const isGranted = now >= this.unaskedUntil && !check.isHeld(clientKey) && place(placement, now);
      answer[isGranted ? 'granted' : 'refused'].push(clientKey);
    }
    for (const [worker, answer] of answers) members.tell(worker, { type: 'claimed', ...answer });
    members.tellAll({ type: 'checked', check: check.number, kept: check.clientKeys, dropped: [] });
    this.#asked = [];
    this.#askNext(now);
  };
}
