// Which of two words on a client counts: the first one, unless its target can't serve the client now. Not what becomes of either.
import type { TargetRecord } from '../../targets/target-record.ts';
import type { EpochChange, Wanted } from './epoch-change.ts';

const GONE = 0;
const SUSPENDED = 1;
const RETURNING = 2;
const USABLE = 3;

/** How well a target can serve a client that has a session there: the higher, the better. */
export type Standing = typeof GONE | typeof SUSPENDED | typeof RETURNING | typeof USABLE;

/** @param change the one under way @param wanted what the next one is to bring */
export function standing(target: TargetRecord | undefined, change: EpochChange | undefined, wanted: Wanted): Standing {
  if (!target?.keepsSessions || change?.keepsSessions(target.id) === false) return GONE;
  if (target.availableToSession) return USABLE;
  const isReached = [wanted.restored, change?.restored].some(
    (versions) => versions?.get(target.id) === target.health.version,
  );
  return isReached ? RETURNING : SUSPENDED;
}

/** A client that has got through to a target since is not led back to one that is no better. What was there before says nothing of today. */
export function takesOver(later: Standing, first: Standing, declared: boolean): boolean {
  return later > first || (later === first && first !== USABLE && !declared);
}
