// The addresses of a test fleet's targets: which one all workers are to connect to, and what must hold for each new placement.
import type { AddressNotice } from '../agreement/primary/agreement-snapshot.ts';

export class FleetAddresses {
  #agreed: Map<string, string> = new Map();
  /** The last address of each target at which a client was placed. */
  readonly #used = new Map<string, number>();
  readonly #isStrict: boolean;

  /** @param isStrict whether clients wait until it is decided where they go, so that placements must be in order */
  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  /** @returns the addresses of all targets, a new one of this target among them */
  change(target: string): ReadonlyMap<string, string> {
    this.#agreed.set(target, String(Number(this.#agreed.get(target) ?? 0) + 1));
    return new Map(this.#agreed);
  }

  /** The next primary begins with the addresses that it was left. @returns those of all targets */
  resume(left: readonly AddressNotice[]): ReadonlyMap<string, string> {
    this.#agreed = new Map(left);
    return new Map(left);
  }

  /** Once a client was placed at the next address of a target, none is placed at an earlier one. */
  place(target: string, address: string | undefined): void {
    if (!this.#isStrict) return;
    const used = this.#used.get(target) ?? 0;
    const next = Number(address ?? 0);
    if (next < used)
      throw new Error(`A client was placed at address ${next} of ${target} after one at address ${used}.`);
    this.#used.set(target, next);
  }
}
