// What a router's clients do, in any order, beside what must hold after each step. The model knows who holds what; the
// counts, the sessions and the order of candidates follow from that.
import { expect } from 'vitest';
import type { Attempt } from '../routing/attempt.ts';
import type { Placement } from '../routing/placement.ts';
import type { Route } from '../routing/route.ts';
import type { Session } from '../sessions/session-table.ts';
import type { TargetMode, TargetRecord } from '../targets/target-record.ts';
import { EXPIRY, type Setup } from './routing.ts';
import { health } from './targets.ts';

/** A connection that is being dialled, and the targets that its route has given, each with the version of its health once it has failed. */
interface Dial {
  readonly key: string;
  readonly route: Route;
  readonly given: Map<TargetRecord, number | undefined>;
  attempt: Attempt;
}

interface Place {
  readonly key: string;
  readonly placement: Placement;
}

export type Outcome = 'succeeded' | 'failed' | 'abandoned';

export class RouterModel {
  readonly setup: Setup;
  readonly keys: readonly string[];
  /** All there ever were: a removed target counts until nothing is left on it. */
  readonly records = new Set<TargetRecord>();
  now = 0;
  dials: Dial[] = [];
  places: Place[] = [];
  /** Settled and released ones, which must not count again. */
  spentAttempts: Attempt[] = [];
  spentPlacements: Placement[] = [];

  constructor(setup: Setup, keys: readonly string[]) {
    this.setup = setup;
    this.keys = keys;
    this.setTargets(setup.pool.targets.map((target) => target.options.host ?? ''));
  }

  open(key: string): void {
    const route = this.setup.router.route(key);
    this.#advance({ key, route, given: new Map() });
  }

  settle(which: number, outcome: Outcome, goOn: boolean): void {
    const [dial] = this.dials.splice(which % this.dials.length, 1) as [Dial];
    const { attempt, given } = dial;
    this.spentAttempts.push(attempt);
    if (outcome === 'succeeded') this.#succeed(dial);
    else if (outcome === 'failed') {
      const { version } = attempt.target.health;
      attempt.failed(this.now);
      if (attempt.target.health.version !== version) expect(attempt.target.available).toBe(false);
      given.set(attempt.target, attempt.target.health.version);
      this.#advance(dial);
    } else {
      attempt.abandoned();
      if (goOn) this.#advance(dial);
    }
  }

  #succeed(dial: Dial): void {
    const { key, attempt, given } = dial;
    const other = this.setup.sessions.find(key, this.now)?.target;
    const keeps = other && other !== attempt.target && other.availableToSession ? other : undefined;
    const isOut = this.setup.stickiness ? !attempt.target.keepsSessions : !attempt.target.enabled;
    const placement = attempt.succeeded(this.now);
    if (placement) {
      expect(!isOut && (keeps === undefined || isGiven(given, keeps))).toBe(true);
      this.places.push({ key, placement });
      return;
    }
    // Its target takes no connection any more, or the client has found another one in the meantime, which is the next candidate.
    expect(isOut || keeps !== undefined).toBe(true);
    const next = keeps && !isGiven(given, keeps) ? keeps : undefined;
    this.#advance(dial);
    // It has not failed, so it may be given again, but not at once.
    if (this.dials.at(-1)?.given === given) given.delete(attempt.target);
    if (next) expect(this.dials.at(-1)?.attempt.target).toBe(next);
  }

  #advance(dial: Omit<Dial, 'attempt'>): void {
    const { pool, stickiness, sessions } = this.setup;
    const { key, route, given } = dial;
    const fresh = pool.targets.filter((target) => target.available && !isGiven(given, target));
    const enabled = pool.targets.filter((target) => target.mode === 'enabled' && !isGiven(given, target));
    const session = stickiness ? sessions.find(key, this.now) : undefined;
    const own = session && !isGiven(given, session.target) ? session.target : undefined;

    const hasNext = route.hasNext(this.now);
    const attempt = route.next(this.now);
    expect(attempt !== undefined).toBe(hasNext);
    if (!attempt) {
      expect([...enabled, ...(own?.keepsSessions ? [own] : [])]).toEqual([]);
      return;
    }
    const { target } = attempt;
    expect(isGiven(given, target)).toBe(false);
    if (own?.availableToSession) expect(target).toBe(own);
    else if (fresh.length > 0) expect(fresh).toContain(target);
    else if (own?.keepsSessions) expect(target).toBe(own);
    else expect(enabled).toContain(target);
    this.dials.push({ key, route, given: given.set(target, undefined), attempt });
  }

  release(which: number): void {
    const [place] = this.places.splice(which % this.places.length, 1) as [Place];
    place.placement.release(this.now);
    this.spentPlacements.push(place.placement);
  }

  /** Settles and releases once more what is settled and released. */
  repeat(which: number): void {
    const attempt = this.spentAttempts[which % this.spentAttempts.length];
    expect(attempt?.succeeded(this.now)).toBeUndefined();
    attempt?.failed(this.now);
    attempt?.abandoned();
    this.spentPlacements[which % this.spentPlacements.length]?.release(this.now);
  }

  setTargets(hosts: readonly string[]): void {
    this.setup.pool.setTargets(hosts.map((host) => ({ host, port: 80 })));
    for (const target of this.setup.pool.targets) this.records.add(target);
  }

  setMode(which: number, mode: TargetMode): void {
    const target = this.#target(which);
    if (target) target.mode = mode;
  }

  setHealth(which: number, change: 'suspend' | 'restore'): void {
    const target = this.#target(which);
    if (target) health[change](target, this.now);
  }

  #target(which: number): TargetRecord | undefined {
    return this.setup.pool.targets[which % this.setup.pool.targets.length];
  }

  /** A client's session as it stands; a time before all others drops nothing. */
  #peek(key: string): Session | undefined {
    return this.setup.sessions.find(key, Number.NEGATIVE_INFINITY);
  }

  /** Takes note of all sessions. @returns a check that none has left a target that was available to it */
  watchSessions(): () => void {
    const before = this.keys.map((key) => {
      const session = this.#peek(key);
      return { key, session, target: session?.target, stays: session?.target.availableToSession };
    });
    return () => {
      for (const { key, session, target, stays } of before) {
        if (stays && this.#peek(key) === session) expect(session?.target.id).toBe(target?.id);
      }
    };
  }

  expectInvariants(): void {
    const { sessions, stickiness } = this.setup;
    for (const target of this.records) {
      const dials = this.dials.filter(({ attempt }) => attempt.target === target).length;
      const places = this.places.filter(({ placement }) => placement.target === target).length;
      expect(target.connections).toBe(dials + places);
    }
    if (!stickiness) expect(sessions.size).toBe(0);
    else this.#expectSessions();
  }

  #expectSessions(): void {
    const kept = this.keys.map((key) => this.#peek(key)).filter((session) => session !== undefined);
    for (const { key, live } of kept) {
      const places = this.places.filter((place) => place.key === key).length;
      expect(live).toBe(places);
    }
    for (const target of this.records) {
      expect(target.sessions).toBe(kept.filter((session) => session.target === target).length);
    }
  }

  /** Everyone leaves, and time passes until every session is over. */
  end(): void {
    for (const { attempt } of this.dials.splice(0)) attempt.abandoned();
    for (const { placement } of this.places.splice(0)) placement.release(this.now);
    this.setup.sessions.sweep(this.now + EXPIRY);
    expect(this.setup.sessions.size).toBe(0);
    for (const target of this.records) expect(target).toMatchObject({ connections: 0, sessions: 0 });
  }
}

/** Whether a route has given a target. One that has failed and was restored since may be given again. */
function isGiven(given: Dial['given'], target: TargetRecord): boolean {
  const failedAt = given.get(target);
  return given.has(target) && (failedAt === undefined || failedAt === target.health.version || target.suspended);
}
