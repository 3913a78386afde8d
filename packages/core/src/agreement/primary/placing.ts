// What the primary makes of the words on placements: the first word on a client counts, as long as its target can serve it.
import type { TargetPool } from '../../targets/target-pool.ts';
import type { Place, PlacementNotice } from '../protocol/messages.ts';
import type { DisplacedSessions } from './displaced-sessions.ts';
import type { EpochChange, Wanted } from './epoch-change.ts';
import type { ExpiryRounds } from './expiry-rounds.ts';
import { type Standing, standing, takesOver } from './standing.ts';

export interface PlacingOptions {
  readonly pool: TargetPool;
  readonly displaced: DisplacedSessions;
  readonly expiry: ExpiryRounds;
}

/** What is to come: the change under way, and what the next one is to bring. */
export interface Coming {
  readonly change: EpochChange | undefined;
  readonly wanted: Wanted;
}

/** @returns `news` for all others, and the `answer` for whoever said it */
export function place(
  { placements, declared = false }: Place,
  { pool, displaced, expiry }: PlacingOptions,
  { change, wanted }: Coming,
  now: number,
): { readonly news: readonly PlacementNotice[]; readonly answer: readonly PlacementNotice[] } {
  const standingOf = (id: string): Standing => standing(pool.get(id), change, wanted);
  const news: PlacementNotice[] = [];
  const answer: PlacementNotice[] = [];
  for (const placement of placements) {
    const [clientKey, id] = placement;
    const known = displaced.find(clientKey);
    const isFirst = known === undefined || known === id;
    const counts = isFirst || takesOver(standingOf(id), standingOf(known), declared);
    if (counts && pool.get(id)?.keepsSessions && displaced.set(clientKey, id, now)) {
      news.push(placement);
      answer.push(placement);
      expiry.begun(clientKey);
    } else if (known !== undefined) {
      answer.push([clientKey, known]);
      displaced.lookAfter(clientKey, now); // its holder may have been this worker, and may no longer be
    }
  }
  return { news, answer };
}
