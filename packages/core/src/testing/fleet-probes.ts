// The primary's probes of a test fleet: of suspended targets, and of those that have failed a client where that has to be confirmed.
// When one begins and ends is up to the test.

import type { PrimaryAgreement } from '../agreement/primary/primary-agreement.ts';
import type { TargetRecord } from '../targets/target-record.ts';

/** What probes need of the fleet that they are in. */
export interface ProbedFleet {
  readonly now: number;
  readonly down: ReadonlySet<string>;
  readonly primary: PrimaryAgreement;
  note(text: string): void;
}

/** A probe that is under way. */
interface Probe {
  readonly target: TargetRecord;
  readonly version: number;
  /** Why its target is in doubt. */
  readonly reason: string | undefined;
  /** Whether the target has answered already. */
  readonly reached: boolean;
}

export class FleetProbes {
  readonly #fleet: ProbedFleet;
  readonly #out = new Map<TargetRecord, Probe>();

  constructor(fleet: ProbedFleet) {
    this.#fleet = fleet;
  }

  get out(): number {
    return this.#out.size;
  }

  /** The primary is gone, and its probes are. */
  lose(): void {
    this.#out.clear();
  }

  /** A client's connection has failed, which has to be confirmed. A probe that is under way answers that too. */
  doubt(target: TargetRecord, reason: string | undefined): void {
    if (!this.#out.has(target)) this.#begin(target, reason);
  }

  /** One of the suspended targets is probed, or its deactivation ends. */
  begin(which: number): void {
    const suspended = this.#fleet.primary.targets.filter((target) => target.suspended && !this.#out.has(target));
    const target = suspended[which % suspended.length];
    if (target) this.#look(target);
  }

  /** One that is under way ends. */
  end(which: number): void {
    const probe = [...this.#out.values()][which % this.#out.size];
    if (probe) this.#end(probe);
  }

  /** Ends all that are under way, and makes one of each suspended target. */
  makeAll(): void {
    for (const probe of [...this.#out.values()]) this.#end(probe);
    for (const target of this.#fleet.primary.targets) if (target.suspended) this.#look(target);
    for (const probe of [...this.#out.values()]) this.#end(probe);
  }

  #look(target: TargetRecord): void {
    const { health } = target;
    if (health.state !== 'suspended') return;
    if (health.cause !== 'deactivated') return this.#begin(target, undefined);
    const { primary, now } = this.#fleet;
    primary.report(target.id, { source: 'time', outcome: 'reached', version: health.version }, now);
  }

  #begin(target: TargetRecord, reason: string | undefined): void {
    this.#fleet.note(`${target.id} is probed${reason === undefined ? '' : ` since a client says: ${reason}`}`);
    const { version } = target.health;
    this.#out.set(target, { target, version, reason, reached: !this.#fleet.down.has(target.id) });
  }

  #end({ target, version, reason, reached }: Probe): void {
    const { primary, now } = this.#fleet;
    this.#out.delete(target);
    const outcome = reached ? 'reached' : 'failed';
    this.#fleet.note(`the probe of ${target.id} has ${outcome} it`);
    primary.report(target.id, { source: 'probe', outcome, version, reason }, now);
  }
}
