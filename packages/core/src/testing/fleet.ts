// A whole fleet in one process: a primary, its workers, channels that are as slow as the test likes, targets that are up or
// down, and clients. What happens, and in which order, is up to the caller.

import type { TargetState } from '../agreement/messages.ts';
import { PrimaryAgreement } from '../agreement/primary-agreement.ts';
import { firstChoice } from '../ranking.ts';
import { isHome, targetId } from '../target.ts';
import type { TargetOptions } from '../target-control.ts';
import { FleetSessions, type Holding, keepsSessions } from './fleet-sessions.ts';
import { type Dial, EXPIRY, FleetWorker, type Marker, type Place, SUSPENSION, type Waiting } from './fleet-worker.ts';
import { hashed } from './targets.ts';

export interface FleetOptions {
  readonly targets: readonly TargetOptions[];
  readonly workers: number;
  readonly limit?: number;
  /** ms after which a client waits no longer for a decision. */
  readonly wait?: number;
  readonly strict?: boolean;
}

export class Fleet {
  now = 0;
  readonly primary: PrimaryAgreement;
  readonly workers: FleetWorker[] = [];
  readonly down = new Set<string>();
  readonly sessions: FleetSessions;
  /** What has happened, for people. */
  readonly log: string[] = [];
  targets: readonly TargetOptions[];
  /** Messages sent by the primary, markers aside. */
  sent = 0;
  #announced: readonly TargetState[] | undefined;
  /** The placements that the primary has had the time to hear of, and so whoever joins. */
  readonly #heard: number[] = [];
  #ids = 0;
  readonly #wait: number;

  constructor({ targets, workers, limit, wait, strict }: FleetOptions) {
    this.targets = targets;
    this.#wait = wait ?? 1_000;
    this.sessions = new FleetSessions({
      excuse: (worker, target) => this.#excuse(this.#worker(worker) as FleetWorker, target),
      hasHeardOf: (worker, { number, worker: holder }) =>
        worker === holder || (this.#worker(worker)?.known.has(number) ?? false),
      strict: strict ?? false,
    });
    this.primary = new PrimaryAgreement({
      targets,
      suspension: SUSPENSION,
      sessionExpiry: EXPIRY,
      limit: limit ?? 1_000_000,
      send: (id, message) => {
        this.sent += 1;
        if (message.type === 'prepare') this.#announced = message.targets;
        this.#worker(id)?.fromPrimary.push(message);
      },
      onEpoch: (epoch) => {
        this.#announced = undefined;
        this.note(`epoch ${epoch}`);
        this.#loseTargets();
      },
    });
    for (let n = 0; n < workers; n += 1) this.join();
    this.deliverAll();
  }

  note(text: string): void {
    this.log.push(`${this.now}: ${text}`);
  }

  #worker(id: number): FleetWorker | undefined {
    return this.workers.find((worker) => worker.id === id);
  }

  #loseTargets(): void {
    this.sessions.loseTargets((id) => !this.primary.targets.find((target) => target.id === id)?.keepsSessions);
  }

  /** Why a client may leave a target where its session is. */
  #excuse(worker: FleetWorker, id: string): string | undefined {
    const there = worker.pool.get(id);
    const truth = this.primary.targets.find((target) => target.id === id);
    if (!keepsSessions(there?.mode) || !keepsSessions(truth?.mode)) return 'It is out of use.';
    const next = this.#announced?.find(({ options }) => targetId(options) === id);
    if (this.#announced && !keepsSessions(next?.mode)) return 'It is to be out of use.';
    if (there?.suspended || truth?.suspended) return 'It is suspended.';
    return undefined;
  }

  join(): FleetWorker {
    this.#ids += 1;
    const worker = new FleetWorker(this.#ids);
    this.workers.push(worker);
    this.note(`worker ${worker.id} joins`);
    this.primary.join(worker.id, this.now);
    worker.unread = worker.fromPrimary.length;
    for (const placement of this.#heard) worker.known.add(placement);
    return worker;
  }

  retire(worker: FleetWorker): void {
    this.note(`worker ${worker.id} retires`);
    worker.retired = true;
    this.primary.retire(worker.id);
    this.leaveIfIdle(worker);
  }

  /** A worker ends, at once. What is still on its way to or from it is lost. */
  crash(worker: FleetWorker): void {
    this.note(`worker ${worker.id} ends`);
    this.workers.splice(this.workers.indexOf(worker), 1);
    this.sessions.loseWorker(worker.id, this.now);
    this.primary.leave(worker.id, this.now);
  }

  leaveIfIdle(worker: FleetWorker): void {
    if (worker.retired && worker.isIdle && this.workers.includes(worker)) this.crash(worker);
  }

  connect(worker: FleetWorker, key: string): void {
    this.note(`${key} connects at worker ${worker.id}`);
    this.#look(worker, { key, since: this.now });
  }

  /** Clients that have waited too long go on all the same. */
  pass(time: number): void {
    this.now += time;
    this.note(`${time} ms have passed`);
    for (const worker of [...this.workers]) {
      for (const client of [...worker.waiting]) {
        if (this.now - client.since < this.#wait) continue;
        worker.waiting.delete(client);
        this.#dial(worker, client.key);
      }
      this.leaveIfIdle(worker);
    }
  }

  #look(worker: FleetWorker, client: Waiting): void {
    if (!worker.agreement.isUndecided(client.key, this.now)) return this.#dial(worker, client.key);
    this.note(`  ${client.key} waits`);
    worker.waiting.add(client);
    worker.agreement.whenDecided(() => {
      if (worker.waiting.delete(client)) this.#look(worker, client);
    });
  }

  #dial(worker: FleetWorker, key: string): void {
    const route = worker.router.route(key);
    this.#next(worker, { key, route });
  }

  #next(worker: FleetWorker, { key, route }: Omit<Dial, 'attempt'>): void {
    const attempt = route.next(this.now);
    this.note(`  ${key} is sent to ${attempt?.target.id ?? 'nobody'}`);
    if (attempt) worker.dials.push({ key, route, attempt });
  }

  /** A dial ends: as the target's state wants it, or because the client leaves, or because this machine lacks something. */
  settle(worker: FleetWorker, which: number, how: 'answered' | 'left' | 'passed over'): void {
    const [dial] = worker.dials.splice(which % worker.dials.length, 1) as [Dial];
    const { key, attempt } = dial;
    const { id } = attempt.target;
    if (how !== 'answered') {
      this.note(`dial of ${key} at worker ${worker.id} to ${id}: ${how}`);
      attempt.abandoned();
      if (how === 'passed over') this.#next(worker, dial);
    } else if (this.down.has(id)) {
      this.note(`dial of ${key} at worker ${worker.id} to ${id} fails`);
      attempt.failed(this.now, 'refused');
      this.#next(worker, dial);
    } else this.#succeed(worker, dial);
    this.leaveIfIdle(worker);
  }

  #succeed(worker: FleetWorker, dial: Dial): void {
    const { key, attempt } = dial;
    const { id } = attempt.target;
    const placement = attempt.succeeded(this.now);
    const guest = placement && worker.sessions.find(key, this.now)?.target !== attempt.target;
    const end = placement ? `succeeds${guest ? ' as a guest' : ''}` : 'is let go';
    this.note(`dial of ${key} at worker ${worker.id} to ${id} ${end}`);
    if (!placement) return this.#next(worker, dial);
    const placed = guest ? undefined : this.sessions.place(worker.id, key, id, this.now);
    worker.places.push({ key, placement, holding: placed?.holding });
    if (placed?.isNew) this.#mark(worker, placed.holding);
    this.#loseTargets(); // it may be out of use by now, and its worker not have heard of that
  }

  #mark(worker: FleetWorker, { number }: Holding): void {
    worker.known.add(number);
    worker.soon.push(() => worker.toPrimary.push({ type: 'marker', placement: number }));
  }

  close(worker: FleetWorker, which: number): void {
    const [place] = worker.places.splice(which % worker.places.length, 1) as [Place];
    const { key, placement, holding } = place;
    this.note(`${key} closes a connection at worker ${worker.id} to ${placement.target.id}`);
    placement.release(this.now);
    if (holding) this.sessions.end(holding, this.now);
    this.leaveIfIdle(worker);
  }

  /** What a primary's message channel brings next. */
  toPrimary(worker: FleetWorker): void {
    const message = worker.toPrimary.shift();
    if (!message) return;
    if (message.type === 'marker') return this.#pass(message);
    this.note(`primary <- worker ${worker.id}: ${JSON.stringify(message)}`);
    this.primary.receive(worker.id, message, this.now);
  }

  #pass(marker: Marker): void {
    this.sessions.decide(marker.placement, this.#decision(marker.placement));
    this.#heard.push(marker.placement);
    for (const worker of this.workers) worker.fromPrimary.push(marker);
  }

  /** Where the primary thinks that a placement's client is. */
  #decision(placement: number): string | undefined {
    const key = this.sessions.keyOf(placement);
    if (key === undefined) return undefined;
    return this.primary.find(key) ?? firstChoice(hashed(key), this.primary.targets, isHome)?.id;
  }

  toWorker(worker: FleetWorker): void {
    const message = worker.fromPrimary.shift();
    if (!message) return;
    if (worker.unread > 0) worker.unread -= 1;
    if (message.type === 'marker') {
      worker.known.add(message.placement);
      return;
    }
    this.note(`worker ${worker.id} <- primary: ${JSON.stringify(message)}`);
    worker.agreement.receive(message, this.now);
    this.leaveIfIdle(worker);
  }

  soon(worker: FleetWorker): void {
    worker.soon.shift()?.();
  }

  deliverAll(): void {
    this.note('everything is delivered');
    while (this.workers.some((worker) => !worker.isQuiet)) {
      for (const worker of [...this.workers]) {
        while (worker.soon.length > 0) this.soon(worker);
        while (worker.toPrimary.length > 0) this.toPrimary(worker);
        while (worker.fromPrimary.length > 0) this.toWorker(worker);
      }
    }
  }
}
