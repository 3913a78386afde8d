// What the primary makes of the words on placements: the first word on a client counts, as long as its target can serve it.
import type { TargetPool } from '../../../targets/target-pool.ts';
import type { Place, PlacementNotice } from '../../protocol/agreement-messages.ts';
import type { EpochChange, Wanted } from '../epoch-change.ts';
import { standing, takesOver } from '../standing.ts';
import type { DisplacedSessions } from './displaced-sessions.ts';
import type { HolderChecks } from './holder-checks.ts';

export interface PlacingOptions {
  readonly pool: TargetPool;
  readonly displaced: DisplacedSessions;
  readonly checks: HolderChecks;
}

/** What is to come: the change under way, and what the next one is to bring. */
export interface Coming {
  readonly change: EpochChange | undefined;
  readonly wanted: Wanted;
}

/** @returns `news` for all others, and the `answer` for whoever said it */
export function place(
  message: Place,
  means: PlacingOptions,
  coming: Coming,
  now: number,
): { readonly news: readonly PlacementNotice[]; readonly answer: readonly PlacementNotice[] } {
  const news: PlacementNotice[] = [];
  const answer: PlacementNotice[] = [];
  for (const placement of message.placements) {
    const [clientKey] = placement;
    if (settle(placement, message.declared ?? false, means, coming, now)) {
      news.push(placement);
      answer.push(placement);
      means.checks.begun(clientKey);
      continue;
    }
    const held = means.displaced.find(clientKey);
    if (held === undefined) continue;
    answer.push([clientKey, held]);
    means.displaced.lookAfter(clientKey, now); // its holder may have been this worker, and may no longer be
  }
  return { news, answer };
}

/** @returns whether the client's session is there from now on */
function settle(
  [clientKey, id]: PlacementNotice,
  declared: boolean,
  { pool, displaced }: PlacingOptions,
  { change, wanted }: Coming,
  now: number,
): boolean {
  const target = pool.get(id);
  if (!target?.keepsSessions) return false;
  const held = displaced.claim(clientKey, id, now);
  if (held === undefined || held === id) return held === id;
  const first = standing(pool.get(held), change, wanted);
  return takesOver(standing(target, change, wanted), first, declared) && displaced.replace(clientKey, held, id, now);
}
