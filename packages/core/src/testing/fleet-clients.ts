// The clients of a test fleet: they connect, wait, are sent to targets, and leave, much as a balancer would have it.
import { expect } from 'vitest';
import type { FleetAddresses } from './fleet-addresses.ts';
import type { FleetSessions } from './fleet-sessions.ts';
import type { Dial, FleetWorker, Place, Waiting } from './fleet-worker.ts';

/** What clients need of the fleet that they are in. */
export interface Surroundings {
  readonly now: number;
  readonly down: ReadonlySet<string>;
  readonly rejects: (key: string, target: string) => boolean;
  readonly sessions: FleetSessions;
  readonly addresses: FleetAddresses;
  note(text: string): void;
  loseTargets(): void;
  leaveIfIdle(worker: FleetWorker): void;
}

export class FleetClients {
  readonly #fleet: Surroundings;
  /** ms after which a client waits no longer for a decision. */
  readonly #wait: number;

  constructor(fleet: Surroundings, wait: number) {
    this.#fleet = fleet;
    this.#wait = wait;
  }

  connect(worker: FleetWorker, key: string): void {
    this.#fleet.note(`${key} connects at worker ${worker.id}`);
    this.#look(worker, { key, since: this.#fleet.now });
  }

  /** Clients that have waited too long go on all the same. */
  goOn(worker: FleetWorker): void {
    for (const client of [...worker.waiting]) {
      if (this.#fleet.now - client.since < this.#wait) continue;
      worker.waiting.delete(client);
      this.#dial(worker, client.key);
    }
  }

  #look(worker: FleetWorker, client: Waiting): void {
    if (!worker.agreement.isUndecided(client.key, this.#fleet.now)) return this.#dial(worker, client.key);
    this.#fleet.note(`  ${client.key} waits`);
    worker.waiting.add(client);
    worker.agreement.whenDecided(() => {
      if (worker.waiting.delete(client)) this.#look(worker, client);
    });
  }

  #dial(worker: FleetWorker, key: string): void {
    const route = worker.router.route(key);
    this.#next(worker, { key, route });
  }

  /** @returns whether there was another candidate */
  #next(worker: FleetWorker, { key, route }: Pick<Dial, 'key' | 'route'>): boolean {
    const attempt = route.next(this.#fleet.now);
    this.#fleet.note(`  ${key} is sent to ${attempt?.target.id ?? 'nobody'}`);
    if (!attempt) return false;
    if (attempt.target.suspended) {
      // Nobody has to find out whether it is back, except where there is no other.
      expect(worker.pool.targets.filter((target) => target.available && !route.tried(target))).toEqual([]);
    }
    this.#begin(worker, { key, route, attempt, since: this.#fleet.now });
    return true;
  }

  /** Dials, unless the address of the target is just changing. */
  #begin(worker: FleetWorker, dial: Dial): void {
    const { target } = dial.attempt;
    const waits = worker.agreement.isReaddressed(target) && this.#fleet.now - dial.since < this.#wait;
    dial.dialed = waits ? undefined : { address: target.address };
    worker.dials.push(dial);
  }

  /** A dial ends: as the target's state wants it, or because the client leaves, or because this machine lacks something. */
  settle(worker: FleetWorker, which: number, how: 'answered' | 'left' | 'passed over'): void {
    const [dial] = worker.dials.splice(which % worker.dials.length, 1) as [Dial];
    const { key, attempt } = dial;
    const { id } = attempt.target;
    if (how === 'answered' && !dial.dialed) this.#begin(worker, dial);
    else if (how !== 'answered') {
      this.#fleet.note(`dial of ${key} at worker ${worker.id} to ${id}: ${how}`);
      attempt.abandoned();
      if (how === 'passed over') this.#next(worker, dial);
    } else if (dial.reachedAt === undefined && (this.#fleet.down.has(id) || this.#fleet.rejects(key, id))) {
      this.#fleet.note(`dial of ${key} at worker ${worker.id} to ${id} fails`);
      attempt.failed(this.#fleet.now, 'refused');
      this.#next(worker, dial);
    } else this.#reach(worker, dial);
    this.#fleet.leaveIfIdle(worker);
  }

  /** A client that has no session yet waits for a decision before it takes its place, as it does before it is sent anywhere. */
  #reach(worker: FleetWorker, dial: Dial): void {
    const { key, attempt } = dial;
    if (dial.reachedAt === undefined) {
      dial.reachedAt = this.#fleet.now;
      dial.route.claim(attempt.target, this.#fleet.now);
    }
    const { agreement } = worker;
    dial.isRash = agreement.isUndecided(key, this.#fleet.now);
    const waits = dial.isRash || agreement.isReaddressed(attempt.target);
    if (!waits || this.#fleet.now - dial.reachedAt >= this.#wait) return this.#arrive(worker, dial);
    this.#fleet.note(`  ${key} waits with a connection to ${attempt.target.id}`);
    worker.dials.push(dial);
    worker.agreement.whenDecided(() => {
      const at = worker.dials.indexOf(dial);
      if (at >= 0) this.settle(worker, at, 'answered');
    });
  }

  #arrive(worker: FleetWorker, dial: Dial): void {
    const { key, attempt } = dial;
    const { id } = attempt.target;
    const { now } = this.#fleet;
    if (dial.dialed?.address !== attempt.target.address) {
      this.#fleet.note(`  ${key} is let go: ${id} has another address now`);
      return this.#begin(worker, { key, route: dial.route, attempt, since: now });
    }
    const live = worker.sessions.find(key, now)?.live ?? 0;
    dial.told = worker.agreement.find(key);
    const placement = attempt.succeeded(now);
    const end = placement ? 'succeeds' : 'is let go';
    this.#fleet.note(`dial of ${key} at worker ${worker.id} to ${id} ${end}`);
    if (!placement) {
      // A target that takes connections lets a client go only to another one.
      const isServed = this.#next(worker, dial) || !attempt.target.keepsSessions;
      if (!isServed) throw new Error(`${key} was let go by ${id}, and has nowhere to go.`);
      return;
    }
    if (!worker.isOrphan) this.#fleet.addresses.place(id, dial.dialed?.address);
    const session = worker.sessions.find(key, now);
    if (session?.live !== live + 1) throw new Error(`A connection of ${key} has no session.`);
    const isClaimed = worker.agreement.isClaimed(key) && session.target !== placement.target;
    const place: Place = { key, placement, dial, holding: undefined, isClaimed };
    worker.places.push(place);
    if (isClaimed) this.#fleet.note('  where its session is will be found out');
    else this.#hold(worker, place);
    this.#fleet.loseTargets(); // it may be out of use by now, and its worker not have heard of that
  }

  /** Its client's session is known, and lasts as long as this connection. */
  #hold(worker: FleetWorker, place: Place): void {
    const { key, placement, dial } = place;
    const { now } = this.#fleet;
    const target = worker.sessions.find(key, now)?.target;
    place.isClaimed = false;
    if (!target) return; // its target has been taken out of use
    if (target !== placement.target) this.#fleet.note(`  ${key} is a guest of ${target.id}`);
    // A session that begins away from where its worker was told that the client is, is announced.
    const isSilent = !dial.told || dial.told === target;
    const atHome = isSilent && dial.route.expected === target && target.servesSessions;
    const { holding, isNew } = this.#fleet.sessions.place(worker.id, key, target.id, atHome, now, dial.isRash);
    place.holding = holding;
    if (isNew) worker.placed(holding.number);
  }

  /** It has been found out where the sessions of some clients are that this worker may have connections of. */
  claimed(worker: FleetWorker): void {
    for (const place of worker.places) {
      if (place.isClaimed && !worker.agreement.isClaimed(place.key)) this.#hold(worker, place);
    }
  }

  close(worker: FleetWorker, which: number): void {
    const [place] = worker.places.splice(which % worker.places.length, 1) as [Place];
    const { key, placement, holding } = place;
    this.#fleet.note(`${key} closes a connection at worker ${worker.id} to ${placement.target.id}`);
    placement.release(this.#fleet.now);
    if (holding) this.#fleet.sessions.end(holding, this.#fleet.now);
    this.#fleet.leaveIfIdle(worker);
  }
}
