// Which client is on which target, for as long as it has a connection and for a while after its last one. Bounded.
// It keeps what the router decided; it decides nothing itself.
import type { TargetRecord } from '../targets/target-record.ts';

export interface SessionTableOptions {
  /** How long a session outlives its last connection, in ms. */
  readonly expiry: number;
  /** The most sessions kept. When it is reached the one longest idle goes; a live one never does. */
  readonly limit: number;
}

export class Session {
  readonly key: string;
  target: TargetRecord;
  /** Connections open now. */
  live = 0;
  /** When its last connection ended, in ms of the caller's clock; it means something only while `live` is 0. */
  idleSince = 0;
  /** Its neighbours among the idle sessions, from the one idle longest to the one idle last. */
  older: Session | undefined;
  newer: Session | undefined;

  constructor(key: string, target: TargetRecord) {
    this.key = key;
    this.target = target;
  }
}

export class SessionTable {
  #expiry: number;
  #limit: number;
  readonly #sessions = new Map<string, Session>();
  /** Told of each session that has ended. */
  onDropped: ((key: string) => void) | undefined;
  #oldest: Session | undefined;
  #newest: Session | undefined;
  /** The session that was adopted last: the next one belongs near it. */
  #adopted: Session | undefined;

  constructor({ expiry, limit }: SessionTableOptions) {
    this.#expiry = expiry;
    this.#limit = limit;
  }

  /** Changes what is given, from now on and for the sessions there are. */
  configure({ expiry = this.#expiry, limit = this.#limit }: Partial<SessionTableOptions>): void {
    this.#expiry = expiry;
    this.#limit = limit;
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** The session of a client, or `undefined` when it has none or its time is over. */
  find(key: string, now: number): Session | undefined {
    const session = this.#sessions.get(key);
    if (!session || session.live > 0 || session.idleSince + this.#expiry > now) return session;
    this.#drop(session);
    return undefined;
  }

  /**
   * Counts one more connection of a client on a target; the client's session moves there if it was elsewhere.
   * Every call is answered by one call of `release`. A table full of live sessions gives one that it doesn't keep.
   */
  hold(key: string, target: TargetRecord, now: number): Session {
    const session = this.find(key, now) ?? this.#create(key, target);
    this.#move(session, target);
    if (session.live === 0) this.#unlink(session);
    session.live += 1;
    return session;
  }

  /** All sessions, those included that begin while they are looked through. */
  entries(): IterableIterator<Session> {
    return this.#sessions.values();
  }

  /** Counts one connection less. After the last one the session's time begins to run. */
  release(session: Session, now: number): void {
    session.live -= 1;
    if (session.live > 0) return;
    if (this.#sessions.get(session.key) !== session) {
      session.target.sessions -= 1;
      return;
    }
    session.idleSince = now;
    this.#linkAfter(this.#newest, session);
  }

  /** The sessions without a connection, the one idle last first. */
  *newestFirst(): Generator<Session, void, void> {
    for (let session = this.#newest; session; session = session.older) yield session;
  }

  /**
   * Keeps a session that another process has kept, without a connection since `idleSince`. Where the client has a session already, its
   * target stays unless it is out of use, and the later of the two ends counts. A full table takes it in place of one that has been
   * idle longer. Costs least where those of one process come in the order of `newestFirst`.
   */
  adopt(key: string, target: TargetRecord, idleSince: number, now: number): void {
    if (idleSince + this.#expiry <= now) return;
    const own = this.find(key, now);
    if (own && !own.target.keepsSessions) this.#move(own, target);
    if (own && (own.live > 0 || own.idleSince >= idleSince)) return;
    if (own) this.#unlink(own);
    else if (this.#sessions.size >= this.#limit && !(this.#oldest && this.#oldest.idleSince < idleSince)) return;
    const session = own ?? this.#create(key, target);
    session.idleSince = idleSince;
    this.#linkAfter(this.#lastIdleBy(idleSince), session);
    this.#adopted = session;
  }

  /** Moves a client's session, if there is one: it was agreed that it is elsewhere. */
  move(key: string, target: TargetRecord): void {
    const session = this.#sessions.get(key);
    if (session) this.#move(session, target);
  }

  /** Ends a session before its time. Its connections go on, and its target counts it until they have ended. */
  forget(session: Session): void {
    if (session.live === 0) return this.#drop(session);
    this.#sessions.delete(session.key);
    this.onDropped?.(session.key);
  }

  /** When the time of the next session is over; `undefined` while none is idle. */
  get nextExpiry(): number | undefined {
    return this.#oldest && this.#oldest.idleSince + this.#expiry;
  }

  /** Drops the sessions whose time is over. All live equally long after their last connection, so the idle ones are in order. */
  sweep(now: number): void {
    while (this.#oldest && this.#oldest.idleSince + this.#expiry <= now) this.#drop(this.#oldest);
  }

  #create(key: string, target: TargetRecord): Session {
    const session = new Session(key, target);
    target.sessions += 1;
    while (this.#sessions.size >= this.#limit && this.#oldest) this.#drop(this.#oldest);
    if (this.#sessions.size < this.#limit) this.#sessions.set(key, session);
    return session;
  }

  #move(session: Session, target: TargetRecord): void {
    session.target.sessions -= 1;
    session.target = target;
    target.sessions += 1;
  }

  #drop(session: Session): void {
    this.#unlink(session);
    this.#sessions.delete(session.key);
    session.target.sessions -= 1;
    this.onDropped?.(session.key);
  }

  /** The last of the sessions that were idle by then. It is looked for from where a session was adopted last. */
  #lastIdleBy(time: number): Session | undefined {
    let at = this.#adopted ?? this.#newest;
    while (at && at.idleSince > time) at = at.older;
    while (at?.newer && at.newer.idleSince <= time) at = at.newer;
    return at;
  }

  /** @param older the one before it; without, it is the one idle longest */
  #linkAfter(older: Session | undefined, session: Session): void {
    const newer = older ? older.newer : this.#oldest;
    session.older = older;
    session.newer = newer;
    if (older) older.newer = session;
    else this.#oldest = session;
    if (newer) newer.older = session;
    else this.#newest = session;
  }

  #unlink(session: Session): void {
    if (session === this.#adopted) this.#adopted = session.older ?? session.newer;
    if (session.older) session.older.newer = session.newer;
    else if (this.#oldest === session) this.#oldest = session.newer;
    if (session.newer) session.newer.older = session.older;
    else if (this.#newest === session) this.#newest = session.older;
    session.older = undefined;
    session.newer = undefined;
  }
}
