// A worker's part in the agreement on sessions and health: telling what is displaced here, following what the others have
// placed, and going from one epoch to the next together with them. Pure: it is handed messages, the time, and a way to send.
import { PastHomes } from '../../policies/past-homes.ts';
import type { Policy } from '../../policies/policy.ts';
import type { SessionTable } from '../../sessions/session-table.ts';
import type { SharedSessions } from '../../sessions/shared-sessions.ts';
import { FollowingHealth } from '../../targets/following-health.ts';
import type { Outcome } from '../../targets/target-health.ts';
import type { TargetPool } from '../../targets/target-pool.ts';
import type { TargetRecord } from '../../targets/target-record.ts';
import { applyStates } from '../../targets/target-state.ts';
import type { FromPrimary, FromWorker } from '../protocol/agreement-messages.ts';
import { ClaimedClients } from './claimed-clients.ts';
import { declare } from './declaring.ts';
import { adopt, type FollowingMeans, follow } from './following.ts';
import { Leaving } from './leaving.ts';
import { NextEpoch } from './next-epoch.ts';
import { Outbox } from './outbox.ts';
import { ToldSessions } from './told-sessions.ts';
import { Waiting } from './waiting.ts';

export interface WorkerAgreementOptions {
  readonly pool: TargetPool;
  readonly policy: Policy;
  readonly sessions: SessionTable;
  /** Whether the primary probes a target that failed a client before it suspends it. @default false */
  readonly confirms?: boolean | undefined;
  /** In order, and nothing lost as long as both sides live. */
  readonly send: (message: FromWorker) => void;
  /** Does something after what is going on now, but soon. */
  readonly soon: (action: () => void) => void;
}

export class WorkerAgreement implements SharedSessions {
  /** What is learned here of targets goes to the primary, which decides. */
  readonly health: FollowingHealth;
  readonly #options: WorkerAgreementOptions;
  readonly #told = new ToldSessions();
  readonly #outbox: Outbox;
  readonly #claims = new ClaimedClients();
  readonly #waiting = new Waiting();
  #next: NextEpoch | undefined;
  /** Absent where no earlier list of targets counts. */
  #past: PastHomes | undefined;
  #epoch = -1;
  #isExpecting = false;
  #leaving: Leaving | undefined;
  /** What is changed by what others tell of sessions. */
  readonly #means: FollowingMeans;

  constructor(options: WorkerAgreementOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options);
    const isUsable = (target: TargetRecord) =>
      target.availableToSession && (this.#next?.keepsSessions(target.id) ?? true);
    this.#means = { ...options, told: this.#told, outbox: this.#outbox, isUsable };
    this.health = new FollowingHealth(this.#reportHealth, options.confirms);
    options.sessions.onDropped = this.#dropped;
  }

  /** The number of the epoch that holds here. */
  get epoch(): number {
    return this.#epoch;
  }

  /** This process has asked for a change: clients without a session wait for it. */
  expectEpoch(): void {
    this.#isExpecting = true;
  }

  /** Displaced sessions known. */
  get size(): number {
    return this.#told.size;
  }

  find(clientKey: string): TargetRecord | undefined {
    return this.#told.find(clientKey);
  }

  pastHome(clientKey: string): TargetRecord | undefined {
    const id = this.#past?.home(clientKey);
    return id === undefined ? undefined : this.#options.pool.get(id);
  }

  /** A session that begins where everyone would look for it needs no word. */
  placed(clientKey: string, target: TargetRecord, home: TargetRecord | undefined): void {
    const known = this.#told.find(clientKey);
    const isKnown = known ? known === target : this.#isExpected(clientKey, target, home);
    if (isKnown && !this.#told.isDoubtful(clientKey) && !this.#claims.has(clientKey)) return;
    this.#claims.held(clientKey);
    this.#say(clientKey, target);
  }

  isClaimed(clientKey: string): boolean {
    return this.#claims.has(clientKey);
  }

  claim(clientKey: string, target: TargetRecord): void {
    if (this.#claims.add(clientKey, target)) this.#outbox.claim(clientKey, target.id);
  }

  /** Whether all processes look for a client at this target if they know nothing of it, now and in the next epoch. */
  #isExpected(clientKey: string, target: TargetRecord, home: TargetRecord | undefined): boolean {
    if (target !== home || target.suspended || this.#affects(clientKey)) return false;
    return !this.#past || (this.pastHome(clientKey) ?? home) === target;
  }

  isUndecided(clientKey: string, now: number): boolean {
    if (!this.#next && !this.#isExpecting && this.#told.doubtful + this.#claims.size === 0) return false;
    if (this.#claims.has(clientKey)) return true;
    const session = this.#options.sessions.find(clientKey, now);
    const told = this.#told.find(clientKey);
    // Led elsewhere now, it would be split when its target is back in a moment.
    if (this.#next?.leadsBack([told, session?.target])) return true;
    if (session) return false;
    return this.#told.isDoubtful(clientKey) || (!told && (this.#isExpecting || this.#affects(clientKey)));
  }

  /** Whether the address of a target is just changing: until that is decided, nobody dials it or arrives there. */
  isReaddressed(target: TargetRecord): boolean {
    return this.#next?.readdresses(target) ?? false;
  }

  /**
   * Calls back once when something has been decided. Whoever waits must look again, and may wait again.
   * @returns how to call that off
   */
  whenDecided(callback: () => void): () => void {
    return this.#waiting.add(callback);
  }

  receive(message: FromPrimary, now: number): void {
    const { pool, policy } = this.#options;
    switch (message.type) {
      case 'epoch':
        applyStates(pool, message.targets);
        this.#past = message.past.length > 0 ? new PastHomes(message.past, policy, pool.hashKey) : undefined;
        this.#told.dropEnded();
        this.#next = undefined;
        this.#epoch = message.epoch;
        this.#isExpecting = false;
        return this.#waiting.callBack();
      case 'prepare':
        this.#next = new NextEpoch(message, policy, pool.hashKey);
        return declare(message.epoch, this.#next, {
          ...this.#means,
          soon: this.#options.soon,
          isGuess: (clientKey) => this.#claims.isGuess(clientKey),
        });
      case 'placed':
        return follow(message, this.#means);
      case 'check':
        return this.#check(message.check, message.clientKeys, now);
      case 'checked':
        for (const clientKey of [...message.kept, ...message.dropped]) this.#told.settle(clientKey, message.check);
        for (const clientKey of message.dropped) this.#drop(clientKey, now);
        return this.#waiting.callBack();
      case 'claimed':
        for (const clientKey of message.granted) this.#settle(clientKey, this.#claims.take(clientKey), now);
        for (const clientKey of message.refused) this.#refused(clientKey, now);
        return this.#waiting.callBack();
      case 'suspended': {
        const target = pool.get(message.target);
        return target && this.health.follow(target, message.version, true);
      }
      case 'adopt':
        for (const clientKey of adopt(message.sessions, this.#means, now)) this.#claims.held(clientKey);
        return;
      case 'handedOver':
        return this.#leaving?.next(now);
    }
  }

  /**
   * Hands all sessions over to other workers, in pieces of `length` at most. To be called once the last connection is over; what is
   * kept here stays until this process ends, so that it is told of in a change of epoch.
   * @param done called when others keep them all; it isn't while there is no other worker
   */
  handOver(now: number, done: () => void, length?: number): void {
    this.#leaving = new Leaving(this.#options.sessions, this.#outbox, done, length);
    this.#leaving.next(now);
  }

  /** A claim is answered: from now on the client's session is kept here too. What was told of it goes before. */
  #settle(clientKey: string, claimed: TargetRecord | undefined, now: number): void {
    const { sessions } = this.#options;
    const target = this.#told.find(clientKey) ?? claimed;
    if (target?.keepsSessions) {
      sessions.move(clientKey, target);
      sessions.adopt(clientKey, target, now, now);
      return;
    }
    // Its target has been taken out of use, and what was kept here meanwhile was a guess.
    const session = sessions.find(clientKey, now);
    if (session) sessions.forget(session);
  }

  /** Somebody has a session where all look for its client. One that begins here by that is told of as any other. */
  #refused(clientKey: string, now: number): void {
    const { pool, policy } = this.#options;
    const home = policy.home(clientKey, pool.targets);
    const expected = this.pastHome(clientKey) ?? home;
    this.#claims.take(clientKey);
    this.#settle(clientKey, expected, now);
    if (!expected || this.#told.find(clientKey) || this.#isExpected(clientKey, expected, home)) return;
    this.#say(clientKey, expected);
  }

  #check(check: number, clientKeys: readonly string[], now: number): void {
    const held: string[] = [];
    for (const clientKey of clientKeys) {
      if (this.#options.sessions.find(clientKey, now) && !this.#claims.isGuess(clientKey)) held.push(clientKey);
      else this.#told.doubt(clientKey, check);
    }
    this.#outbox.tell({ type: 'held', check, clientKeys: held });
  }

  /** One whose dial was under way has begun since this worker was asked: then it has to be told anew. */
  #drop(clientKey: string, now: number): void {
    const target = this.#options.sessions.find(clientKey, now)?.target;
    this.#told.drop(clientKey);
    if (!target?.keepsSessions) return;
    this.#say(clientKey, target);
  }

  readonly #reportHealth = ({ id, health }: TargetRecord, outcome: Outcome, reason: string | undefined): void => {
    const news = { target: id, version: health.version };
    this.#outbox.tell(outcome === 'failed' ? { type: 'failed', ...news, reason } : { type: 'reached', ...news });
  };

  readonly #dropped = (clientKey: string): void => {
    if (this.#told.find(clientKey)) this.#outbox.release(clientKey);
  };

  /** Whether the next epoch could lead this client elsewhere than this one does. */
  #affects(clientKey: string): boolean {
    if (!this.#next) return false;
    const { pool, policy } = this.#options;
    return this.#next.affects(clientKey, policy.home(clientKey, pool.targets)?.id, this.#past?.home(clientKey));
  }

  /** A word of this worker's own is the last one it knows, until it is answered. */
  #say(clientKey: string, target: TargetRecord): void {
    this.#told.set(clientKey, target);
    this.#outbox.place(clientKey, target.id);
  }
}
