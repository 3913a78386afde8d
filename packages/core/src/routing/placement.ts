// A guard: the place that a connection has taken at a target. It is given up once.
import type { Session, SessionTable } from '../sessions/session-table.ts';
import type { TargetRecord } from '../targets/target-record.ts';

/** One connection in its target's count and in its client's session, which is elsewhere if the connection is a guest. */
export class Placement {
  readonly target: TargetRecord;
  readonly #sessions: SessionTable | undefined;
  readonly #session: Session | undefined;
  #released = false;

  constructor(target: TargetRecord, sessions?: SessionTable, session?: Session) {
    this.target = target;
    this.#sessions = sessions;
    this.#session = session;
  }

  /** Gives the place up. Calls after the first do nothing. */
  release(now: number): void {
    if (this.#released) return;
    this.#released = true;
    this.target.connections -= 1;
    if (this.#session) this.#sessions?.release(this.#session, now);
  }
}
