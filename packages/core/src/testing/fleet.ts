// A whole fleet in one process: a primary, its workers, channels that are as slow as the test likes, targets that are up or
// down, and clients. What happens, and in which order, is up to the caller.

import { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import { fromPrimaryFault } from '../agreement/protocol/agreement-message-checks.ts';
import type { SessionNotice } from '../agreement/protocol/agreement-messages.ts';
import { MemorySessionStore } from '../agreement/store/memory-session-store.ts';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { MOST_PAST_LISTS } from '../policies/past-homes.ts';
import type { TargetOptions } from '../targets/target-options.ts';
import { FleetAddresses } from './fleet-addresses.ts';
import { FleetChannels } from './fleet-channels.ts';
import { FleetClients } from './fleet-clients.ts';
import { FleetFile, NOTHING_SAVED } from './fleet-file.ts';
import type { FleetOptions } from './fleet-options.ts';
import { FleetOrphans } from './fleet-orphans.ts';
import { FleetProbes } from './fleet-probes.ts';
import { FleetSessions } from './fleet-sessions.ts';
import { FleetSuccession } from './fleet-succession.ts';
import { DEACTIVATION, EXPIRY, LINGERING, SESSIONS_TOGETHER, SUSPENSION } from './fleet-times.ts';
import { FleetTruth, keepsSessions } from './fleet-truth.ts';
import { FleetWorker } from './fleet-worker.ts';
import { refuse } from './refuse.ts';

export class Fleet {
  now = 0;
  primary: PrimaryAgreement;
  readonly workers: FleetWorker[] = [];
  readonly channels: FleetChannels;
  readonly orphans: FleetOrphans;
  /** What the next primary would begin with. */
  readonly file = new FleetFile();
  readonly down = new Set<string>();
  /** The targets that have as many connections as they may have. */
  readonly full = new Set<string>();
  readonly sessions: FleetSessions;
  readonly clients: FleetClients;
  readonly probes: FleetProbes;
  readonly rejects: (key: string, target: string) => boolean;
  readonly addresses: FleetAddresses;
  readonly truth = new FleetTruth(() => this.primary);
  /** What has happened, for people. */
  readonly log: string[] = [];
  targets: readonly TargetOptions[];
  /** Messages sent by the primary, markers aside. */
  sent = 0;
  readonly #options: FleetOptions;
  #ids = 0;

  constructor(options: FleetOptions) {
    const { targets, workers, wait, strict, careless, rejects } = options;
    this.#options = options;
    this.targets = targets;
    this.rejects = rejects ?? (() => false);
    this.probes = new FleetProbes(this);
    this.clients = new FleetClients(this, wait ?? 1_000);
    this.addresses = new FleetAddresses(strict ?? false);
    this.sessions = new FleetSessions({
      mayLeave: (worker, target) => careless || this.#mayLeave(this.#worker(worker) as FleetWorker, target),
      knows: (worker, placement) => this.#worker(worker)?.known.has(placement) ?? false,
      strict: strict ?? false,
    });
    this.orphans = new FleetOrphans(this);
    this.channels = new FleetChannels(this);
    this.primary = this.#newPrimary();
    for (let n = 0; n < workers; n += 1) this.join();
    this.file.save(this.primary, this.now);
    this.channels.deliverAll();
  }

  #newPrimary(): PrimaryAgreement {
    let adopted: { heir: number; sessions: readonly SessionNotice[] } = { heir: 0, sessions: [] };
    return new PrimaryAgreement({
      targets: this.targets,
      hashKey: DEFAULT_HASH_KEY,
      suspension: SUSPENSION,
      deactivation: DEACTIVATION,
      confirms: this.#options.confirms,
      sessionExpiry: EXPIRY,
      store: new MemorySessionStore(this.#options.limit ?? 1_000_000),
      send: (id, message) => {
        this.sent += 1;
        refuse(fromPrimaryFault(message));
        if (message.type === 'prepare') this.truth.announced = message.targets;
        if (message.type === 'adopt') adopted = { heir: id, sessions: message.sessions };
        if (message.type === 'claimed') for (const key of message.granted) this.sessions.granted(key);
        if (message.type === 'handedOver') {
          for (const [key] of adopted.sessions) this.sessions.handOver(id, key, adopted.heir);
        }
        this.#worker(id)?.fromPrimary.push(message);
      },
      onDoubt: (target, reason) => this.probes.doubt(target, reason),
      onEpoch: (epoch) => {
        this.truth.announced = undefined;
        this.note(`epoch ${epoch}`);
        this.loseTargets();
        this.file.save(this.primary, this.now);
      },
      onChange: () => this.file.changed(),
    });
  }

  /**
   * The primary is killed. Its workers serve on for a while; after `gap` ms the next primary begins with new workers, and with what the file
   * has, if it is there.
   */
  killPrimary({ hasFile, gap, workers }: { hasFile: boolean; gap: number; workers: number }): void {
    this.note(`the primary is killed${hasFile ? '' : ', and so is its file'}`);
    if (!hasFile) this.file.saved = NOTHING_SAVED;
    const areOver = gap >= LINGERING + EXPIRY;
    const kept = new Map(areOver ? [] : this.file.saved.sessions);
    // When there are more lists, the oldest is left out.
    const isComplete = hasFile && !areOver && this.file.saved.lists.length < MOST_PAST_LISTS;
    const succession = new FleetSuccession(this.sessions.keys, this.primary, this.truth, kept, isComplete);
    for (const worker of this.workers.splice(0)) this.orphans.add(worker, this.now + LINGERING);
    if (!hasFile) this.orphans.forget();
    this.now += gap;
    this.orphans.pass();
    this.probes.lose();
    this.truth.announced = undefined;
    this.primary = this.#newPrimary();
    const { lists, addresses } = this.primary.resume(this.file.saved, LINGERING - gap, this.now);
    this.primary.succeed(lists, LINGERING - gap, this.now);
    this.primary.setAddresses(this.addresses.resume(addresses), this.now);
    this.channels.begin(this.sessions.losePrimary(succession, this.now));
    this.loseTargets();
    for (let n = 0; n < workers; n += 1) this.join();
    this.file.save(this.primary, this.now);
  }

  note(text: string): void {
    this.log.push(`${this.now}: ${text}`);
  }

  #worker(id: number): FleetWorker | undefined {
    return this.workers.find((worker) => worker.id === id) ?? this.orphans.find(id);
  }

  /** An orphan has placed a client: whoever looks for it there knows of that, and nobody else does. */
  placedUnheard(placement: number, isFound: boolean): void {
    const placeOf = isFound ? this.truth.placeOf : () => undefined;
    if (this.sessions.placedUnheard(placement, placeOf)) this.channels.know(placement);
  }

  /** The sessions of targets that are out of use are over. */
  loseTargets(): void {
    this.sessions.loseTargets(this.truth.isGone);
  }

  /** Whether a worker may lead a client away from a target where its session is. */
  #mayLeave(worker: FleetWorker, id: string): boolean {
    const there = worker.pool.get(id);
    if (!keepsSessions(there?.mode) || this.truth.mayLeave(id)) return true;
    // Only a failure makes a worker skip what its primary doesn't, and where nothing is down there is none.
    return (!this.#options.strict || worker.isOrphan) && (there?.suspended ?? false);
  }

  join(): FleetWorker {
    this.#ids += 1;
    const isFull = (target: string): boolean => this.full.has(target);
    const worker = new FleetWorker(this.#ids, this.#options.confirms ?? false, isFull);
    this.workers.push(worker);
    this.note(`worker ${worker.id} joins`);
    this.primary.join(worker.id, this.now);
    this.channels.join(worker);
    return worker;
  }

  retire(worker: FleetWorker): void {
    this.note(`worker ${worker.id} retires`);
    worker.retired = true;
    this.primary.retire(worker.id);
    worker.unread = worker.fromPrimary.length; // the order to leave comes after what it was sent before
    this.leaveIfIdle(worker);
  }

  /** A worker ends, at once. What is still on its way to or from it is lost. */
  crash(worker: FleetWorker): void {
    this.note(`worker ${worker.id} ends`);
    this.workers.splice(this.workers.indexOf(worker), 1);
    this.sessions.loseWorker(worker.id, this.now);
    this.primary.leave(worker.id, this.now);
  }

  /** A worker ends in order: the primary has received what it has sent. */
  #leave(worker: FleetWorker): void {
    while (worker.toPrimary.length > 0) this.channels.toPrimary(worker);
    this.crash(worker);
  }

  /** A retired worker hands its sessions over when its last connection is over, and then it leaves. */
  leaveIfIdle(worker: FleetWorker): void {
    if (!worker.retired || worker.unread > 0 || !worker.isIdle || !this.workers.includes(worker)) return;
    if (worker.leavesAt === undefined) {
      worker.leavesAt = this.now + EXPIRY;
      worker.agreement.handOver(this.now, () => this.#leave(worker), SESSIONS_TOGETHER);
    } else if (worker.leavesAt <= this.now) this.crash(worker);
  }

  /**
   * Clients that have waited too long go on all the same. News is never on its way for as long as a session lasts: else the
   * word of a session that is over could win against that of the next one.
   */
  pass(time: number): void {
    if (this.now + time - this.channels.deliveredAt >= EXPIRY) this.channels.deliverAll();
    this.file.pass(this.primary, this.now, time);
    this.now += time;
    this.orphans.pass();
    this.note(`${time} ms have passed`);
    for (const worker of [...this.workers]) {
      this.clients.goOn(worker);
      this.leaveIfIdle(worker);
    }
  }
}
