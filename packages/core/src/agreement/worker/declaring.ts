// Telling the primary of the sessions that the next epoch would put where not all processes would look for their clients: a piece at a
// time, with other work between, since there may be many.
import type { Session, SessionTable } from '../../sessions/session-table.ts';
import { LONGEST_LIST, type PlacementNotice } from '../protocol/agreement-messages.ts';
import type { NextEpoch } from './next-epoch.ts';
import type { Outbox } from './outbox.ts';
import type { ToldSessions } from './told-sessions.ts';

export interface DeclaringParts {
  readonly sessions: SessionTable;
  readonly told: ToldSessions;
  readonly outbox: Outbox;
  readonly soon: (action: () => void) => void;
  /** Whether a client's session is a guess: it is being found out where it is. */
  readonly isGuess: (clientKey: string) => boolean;
}

/** Says `prepared` in the end. */
export function declare(epoch: number, next: NextEpoch, parts: DeclaringParts): void {
  declareFrom(parts.sessions.entries(), epoch, next, parts);
}

function declareFrom(sessions: Iterator<Session>, epoch: number, next: NextEpoch, parts: DeclaringParts): void {
  const { told, outbox, isGuess } = parts;
  const placements: PlacementNotice[] = [];
  for (let looked = 0; looked < LONGEST_LIST; looked += 1) {
    const { done, value } = sessions.next();
    if (done) {
      outbox.declare(placements);
      return outbox.tell({ type: 'prepared', epoch });
    }
    const { key, target } = value;
    const known = told.find(key);
    // Its target has been out of use. If that comes back, the client may long be at home elsewhere, where no word was needed.
    if (!target.keepsSessions) parts.sessions.forget(value);
    else if (!(known && next.keepsSessions(known.id)) && next.displaces(key, target.id) && !isGuess(key)) {
      told.set(key, target);
      placements.push([key, target.id]);
    }
  }
  outbox.declare(placements);
  parts.soon(() => declareFrom(sessions, epoch, next, parts));
}
