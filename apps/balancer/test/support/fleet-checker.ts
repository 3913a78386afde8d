// Whether the connections of a fleet kept the balancer's promises: a client stays on its target for as long as its session
// lasts, and no new connection fails while a target can take it. Pure.
import type { FleetConnection } from './fleet.ts';

/** Times are in ms, as those of the connections. */
export interface Outage {
  readonly target: string;
  /** Before it was killed, or taken out of the list. */
  readonly from: number;
  /** When its process was gone. Absent for one that was taken out: its connections stay. */
  readonly killed?: number | undefined;
  /** When the balancer had it back in use; `Infinity` when it never had. */
  readonly to: number;
}

export interface Period {
  readonly from: number;
  readonly to: number;
}

export interface CheckOptions {
  /** ms. */
  readonly sessionExpiry: number;
  /** ms that a message between processes may take. */
  readonly tolerance: number;
  /** When a process of the balancer was killed, until that was noticed: what it had accepted is cut. */
  readonly deaths?: readonly Period[];
  /** When what was decided may have died with the primary, not written yet: a session that began then may be lost. */
  readonly unwritten?: readonly Period[];
}

/** @returns a sentence for each broken promise */
export function findFaults(
  connections: readonly FleetConnection[],
  outages: readonly Outage[],
  options: CheckOptions,
): string[] {
  const clients = new Map<string, FleetConnection[]>();
  for (const connection of connections.toSorted((one, other) => one.begun - other.begun)) {
    clients.set(connection.client, [...(clients.get(connection.client) ?? []), connection]);
  }
  return [...clients.values()].flatMap((own) => new ClientCheck(outages, options).faults(own));
}

class ClientCheck {
  readonly #outages: readonly Outage[];
  readonly #options: CheckOptions;
  /** The last connection that was greeted. */
  #former: FleetConnection | undefined;
  /** When its session began there. */
  #since = 0;
  /** When its session was last known to be in use. */
  #used = 0;
  /** The first one since then that was not: its target may have the session now. */
  #doubtful: FleetConnection | undefined;

  constructor(outages: readonly Outage[], options: CheckOptions) {
    this.#outages = outages;
    this.#options = options;
  }

  /** @param connections of one client, in the order in which they were begun */
  faults(connections: readonly FleetConnection[]): string[] {
    const faults: string[] = [];
    for (const connection of connections) {
      const { client, begun, target, greeted = begun, ended, failure } = connection;
      const what = `${client}, connected at ${begun},`;
      if (failure !== undefined && !this.#wasCutByDeath(connection)) {
        const where = target ? `on ${target}` : 'not greeted';
        faults.push(`${what} failed at ${ended}: ${failure}, ${where}${this.#evidence(connection)}`);
      }
      if (target === undefined) {
        this.#doubtful ??= connection;
        continue;
      }
      if (!this.#mayBeThere(connection)) {
        faults.push(
          `${what} went to ${target} without cause: it was on ${this.#former?.target}${this.#evidence(connection)}`,
        );
      }
      const isNew = this.#former?.target !== target || this.#isExpired(greeted) || this.#wasDropped(target, greeted);
      if (isNew) this.#since = begun;
      this.#used = this.#former?.target === target ? Math.max(this.#used, ended) : ended;
      this.#former = connection;
      this.#doubtful = undefined;
    }
    return faults;
  }

  #mayBeThere({ target, begun, greeted = Infinity }: FleetConnection): boolean {
    const former = this.#former;
    if (!former || former.target === target || this.#isExpired(greeted)) return true;
    if (this.#isOut(former.target, this.#doubtful?.begun ?? begun, greeted)) return true;
    if (isIn(this.#options.unwritten, this.#since) || this.#wasDropped(former.target, greeted)) return true;
    // Of two at a time, either may have been placed first, and the other one led away from there.
    const { greeted: formerly = former.begun } = former;
    return begun <= formerly && this.#isOut(target, former.begun, Math.max(greeted, formerly));
  }

  /** What else is known, in ms before or after that connection was begun. */
  #evidence({ begun, greeted, target }: FleetConnection): string {
    const at = (time = Number.NaN): string => String(time - begun);
    const former = this.#former;
    const outages = this.#outages
      .filter((outage) => target === undefined || outage.target === former?.target || outage.target === target)
      .map((outage) => `${outage.target} from ${at(outage.from)} to ${at(outage.to)}`);
    return ` (greeted ${at(greeted)}; before: on ${former?.target}, begun ${at(former?.begun)}, greeted ${at(former?.greeted)}, in use until ${at(this.#used)}; out of use: ${outages.join(', ')})`;
  }

  /** One that was not greeted may have been with any target, unless the client's session says with which one. */
  #wasCutByDeath({ target, begun, ended, failure }: FleetConnection): boolean {
    if (failure === 'unanswered' || failure === 'ECONNREFUSED') return false;
    if (isIn(this.#options.deaths, ended)) return true;
    const former = this.#former?.target;
    const isBound = !this.#doubtful && !this.#isExpired(ended) && !this.#wasDropped(former, ended);
    const own = target ?? (isBound && !this.#isOut(former, begun, ended) ? former : undefined);
    return this.#outages.some((outage) => {
      if (outage.killed === undefined || (own !== undefined && own !== outage.target)) return false;
      return begun <= outage.killed && ended >= outage.from;
    });
  }

  #isExpired(now: number): boolean {
    const { sessionExpiry, tolerance } = this.#options;
    return now >= this.#used + sessionExpiry - tolerance;
  }

  /** Whether the session has ended because its target was taken out of use, though it may be back. */
  #wasDropped(target: string | undefined, now: number): boolean {
    return this.#outages.some(
      ({ target: other, killed, from, to }) =>
        other === target && killed === undefined && from <= now && to >= this.#since,
    );
  }

  /** Whether a target was out of use at some moment of that time. */
  #isOut(target: string | undefined, from: number, to: number): boolean {
    const { tolerance } = this.#options;
    return this.#outages.some(
      (outage) => outage.target === target && outage.from - tolerance <= to && outage.to + tolerance >= from,
    );
  }
}

function isIn(periods: readonly Period[] | undefined, time: number): boolean {
  return periods?.some(({ from, to }) => from <= time && time <= to) ?? false;
}
