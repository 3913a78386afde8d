// A worker that is about to leave hands its sessions over, a piece at a time: the next one when the primary has passed the last one on.
import type { Session, SessionTable } from '../../sessions/session-table.ts';
import { LONGEST_LIST, pieces, type SessionNotice } from '../protocol/agreement-messages.ts';
import type { Outbox } from './outbox.ts';

export class Leaving {
  readonly #sessions: SessionTable;
  readonly #outbox: Outbox;
  readonly #done: () => void;
  readonly #pieces: Iterator<readonly Session[], void>;

  /** @param done called when others keep all sessions @param length of a piece, at most */
  constructor(sessions: SessionTable, outbox: Outbox, done: () => void, length: number = LONGEST_LIST) {
    this.#sessions = sessions;
    this.#outbox = outbox;
    this.#done = done;
    this.#pieces = pieces([...sessions.newestFirst()], length);
  }

  next(now: number): void {
    const piece = this.#pieces.next().value;
    if (!piece) {
      this.#outbox.tell({ type: 'emptied' });
      return this.#done();
    }
    const kept = piece.filter((session) => this.#sessions.find(session.key, now) === session);
    const notices = kept.map(({ key, target, idleSince }): SessionNotice => [key, target.id, now - idleSince]);
    this.#outbox.tell({ type: 'handOver', sessions: notices });
  }
}
