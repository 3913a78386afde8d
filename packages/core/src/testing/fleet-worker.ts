// One worker of a test fleet: the parts that a worker process has, its two channels, and its clients.
import { fromWorkerFault } from '../agreement/protocol/agreement-message-checks.ts';
import type { FromPrimary, FromWorker } from '../agreement/protocol/agreement-messages.ts';
import { WorkerAgreement } from '../agreement/worker/worker-agreement.ts';
import { DEFAULT_HASH_KEY } from '../hashing/hash.ts';
import { HashPolicy } from '../policies/hash-policy.ts';
import type { Attempt } from '../routing/attempt.ts';
import type { Placement } from '../routing/placement.ts';
import type { Route } from '../routing/route.ts';
import { Router } from '../routing/router.ts';
import { SessionTable } from '../sessions/session-table.ts';
import { TargetPool } from '../targets/target-pool.ts';
import type { TargetRecord } from '../targets/target-record.ts';
import type { Holding } from './fleet-sessions.ts';
import { EXPIRY, MOST_CONNECTIONS } from './fleet-times.ts';
import { refuse } from './refuse.ts';

/** Says that a placement has been made; nobody but the test reads it. It takes the way that news of one takes. */
export interface Marker {
  readonly type: 'marker';
  readonly placement: number;
}

export interface Waiting {
  readonly key: string;
  readonly since: number;
}

export interface Dial {
  readonly key: string;
  readonly route: Route;
  readonly attempt: Attempt;
  /** When the target was chosen. */
  readonly since: number;
  /** The address of the target that is dialed, once it is. */
  dialed?: { readonly address: string | undefined } | undefined;
  /** When the target has completed the handshake, if the client can't take its place yet. */
  reachedAt?: number;
  /** Whether it was undecided to the last where the client goes. */
  isRash?: boolean;
  /** Where the worker had been told that the client is, when it took its place. */
  told?: TargetRecord | undefined;
}

export interface Place {
  readonly key: string;
  readonly placement: Placement;
  readonly dial: Dial;
  /** Its client's session, which is elsewhere if it is a guest. */
  holding: Holding | undefined;
  /** Whether it is being found out where that session is. */
  isClaimed: boolean;
}

export class FleetWorker {
  readonly id: number;
  readonly pool = new TargetPool(DEFAULT_HASH_KEY);
  readonly sessions = new SessionTable({ expiry: EXPIRY, limit: 1_000_000 });
  readonly agreement: WorkerAgreement;
  readonly router: Router;
  readonly toPrimary: (FromWorker | Marker)[] = [];
  readonly fromPrimary: (FromPrimary | Marker)[] = [];
  readonly soon: (() => void)[] = [];
  /** The placements that the primary has had the time to hear of, and this worker the time to hear of what came of them. */
  readonly known = new Set<number>();
  readonly waiting = new Set<Waiting>();
  readonly dials: Dial[] = [];
  readonly places: Place[] = [];
  /** What it has yet to read before it may accept. */
  unread = 0;
  retired = false;
  /** Whether its primary is dead. */
  isOrphan = false;
  /** When it leaves though nobody has adopted its sessions: they are over by then. */
  leavesAt: number | undefined;
  /** Placements that nobody has been told of. */
  readonly #unmarked: number[] = [];
  readonly #isFull: (target: string) => boolean;
  /** Messages sent, markers aside. */
  sent = 0;

  /** @param isFull whether a target has as many connections as it may have */
  constructor(id: number, confirms: boolean, isFull: (target: string) => boolean) {
    this.id = id;
    this.#isFull = isFull;
    const policy = new HashPolicy(DEFAULT_HASH_KEY);
    this.agreement = new WorkerAgreement({
      pool: this.pool,
      policy,
      sessions: this.sessions,
      confirms,
      send: (message) => {
        this.sent += 1;
        refuse(fromWorkerFault(message));
        this.toPrimary.push(message);
        this.#mark(this.#unmarked.length);
      },
      soon: (action) => this.soon.push(action),
    });
    this.router = new Router({
      pool: this.pool,
      health: this.agreement.health,
      policy,
      sessions: this.sessions,
      shared: this.agreement,
    });
  }

  get isReady(): boolean {
    return this.unread === 0 && !this.retired;
  }

  get isIdle(): boolean {
    return this.waiting.size === 0 && this.dials.length === 0 && this.places.length === 0;
  }

  get isQuiet(): boolean {
    return this.toPrimary.length === 0 && this.fromPrimary.length === 0 && this.soon.length === 0;
  }

  /** Takes in what the primary says. */
  receive(message: FromPrimary, now: number): void {
    this.agreement.receive(message, now);
    if (message.type !== 'epoch') return;
    for (const target of this.pool.targets) target.elsewhere = () => (this.#isFull(target.id) ? MOST_CONNECTIONS : 0);
  }

  /** Notes that it has placed a client. */
  placed(placement: number): void {
    this.#unmarked.push(placement);
    this.soon.push(() => {
      this.#mark(this.#unmarked.indexOf(placement) + 1); // the word of a later one may not have been sent yet
    });
  }

  /** Sends the markers of what has been placed: with the first message, or when one would have been sent. */
  #mark(count: number): void {
    for (const placement of this.#unmarked.splice(0, count)) this.toPrimary.push({ type: 'marker', placement });
  }

  /** Where a client would be sent now. */
  choice(key: string, now: number): string | undefined {
    const attempt = this.router.route(key).next(now);
    attempt?.abandoned();
    return attempt?.target.id;
  }
}

/** The markers that come with what was read last: they are no messages of their own. */
export function followingMarkers(channel: (Marker | { readonly type: string })[]): Marker[] {
  const end = channel.findIndex(({ type }) => type !== 'marker');
  return channel.splice(0, end < 0 ? channel.length : end) as Marker[];
}
