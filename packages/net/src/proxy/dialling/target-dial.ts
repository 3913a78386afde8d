// One attempt at a target: at the address that all processes connect to, and if that fails or is silent, at the others, too. If none
// answers, the target's name is looked up again, and the addresses that are new are tried.
import type { Attempt } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import { setPatientTimeout } from '../../base/patient-timeout.ts';
import { SILENCE } from '../../discovery/agreed-addresses.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, DialDone, Engine, Upstream } from '../../engine/engine.ts';
import { AddressRace, goesOn, type Racer } from './address-race.ts';

/** ms that a connection waits for the look-up of a name at most. */
const LONGEST_LOOK_UP = 1_000;

/** Who wants a target to be reached. */
export interface TargetDialler {
  /** ms that are left for this target, all its addresses together. */
  dialTime(): number;
  /** Begins the time of this target again: it has addresses that are new. */
  beginAgain(attempt: Attempt): void;
  /** ms that are left for all targets together. */
  budgetTime(): number;
  /** Where the target can be reached now, in the order in which to try. */
  endpoints(attempt: Attempt): readonly Endpoint[];
  /** Has the name of the target looked up again, and calls back. @returns `undefined` where there is nothing to wait for */
  renew(attempt: Attempt, timeout: number, done: () => void): Dial | undefined;
  /** @param first the address that was tried first */
  dialled(attempt: Attempt, upstream: Upstream, endpoint: Endpoint, first: Endpoint): void;
  /** @param error the last one; absent where there was no address to dial */
  dialFailed(attempt: Attempt, error: ConnectError | undefined): void;
}

export class TargetDial implements Dial, Racer {
  readonly #engine: Pick<Engine, 'dial'>;
  readonly #dialler: TargetDialler;
  readonly #attempt: Attempt;
  readonly #source: string | undefined;
  /** All that have been tried, and those that are to be raced. */
  #endpoints: readonly Endpoint[] = [];
  #others: readonly Endpoint[] = [];
  /** The one that is dialed by itself, while it is. */
  #endpoint: Endpoint | undefined;
  #dial: Dial | undefined;
  #race: AddressRace | undefined;
  #stopWaiting: (() => void) | undefined;
  #renewal: Dial | undefined;
  #isRenewed = false;
  #error: ConnectError | undefined;

  /** @param source the address to connect from. @default the machine's own */
  constructor(engine: Pick<Engine, 'dial'>, dialler: TargetDialler, attempt: Attempt, source?: string) {
    this.#engine = engine;
    this.#dialler = dialler;
    this.#attempt = attempt;
    this.#source = source;
  }

  begin(): void {
    const endpoints = this.#dialler.endpoints(this.#attempt);
    this.#endpoints = endpoints;
    this.#try(endpoints);
  }

  cancel(): void {
    this.#stopWaiting?.();
    this.#dial?.cancel();
    this.#race?.cancel();
    this.#renewal?.cancel();
  }

  dialTime(): number {
    return this.#dialler.dialTime();
  }

  dialAddress(endpoint: Endpoint, done: DialDone): Dial {
    return this.#engine.dial(endpoint, this.#dialler.dialTime(), done, this.#source);
  }

  raced(result: Upstream | ConnectError, endpoint: Endpoint): void {
    this.#race = undefined;
    if (!(result instanceof ConnectError)) return this.#reached(result, endpoint);
    this.#error = result;
    if (!this.#dial) this.#failed();
  }

  /** A target with one address needs no timer, and nothing that it hasn't always needed. */
  #try(endpoints: readonly Endpoint[]): void {
    const [first] = endpoints;
    if (!first) return this.#failed();
    this.#endpoint = first;
    this.#dial = this.dialAddress(first, this.#dialled);
    if (endpoints.length === 1) return;
    this.#others = endpoints.slice(1);
    const patience = Math.min(SILENCE, this.dialTime() / 2);
    this.#stopWaiting = setPatientTimeout(() => {
      if (this.dialTime() > 0) this.#raceOthers();
    }, patience);
  }

  readonly #dialled = (result: Upstream | ConnectError): void => {
    this.#dial = undefined;
    if (!(result instanceof ConnectError)) return this.#reached(result, this.#endpoint as Endpoint);
    this.#error = result;
    if (this.#others.length > 0 && goesOn(result, this.dialTime())) return this.#raceOthers();
    this.#stopWaiting?.();
    if (!this.#race) this.#failed();
  };

  #raceOthers(): void {
    this.#stopWaiting?.();
    const others = this.#others;
    this.#others = [];
    this.#race = new AddressRace(this, others);
  }

  #reached(upstream: Upstream, endpoint: Endpoint): void {
    this.cancel();
    const [first = endpoint] = this.#endpoints;
    this.#dialler.dialled(this.#attempt, upstream, endpoint, first);
  }

  /** None has answered. The name may lead elsewhere by now. */
  #failed(): void {
    const dialler = this.#dialler;
    const attempt = this.#attempt;
    const error = this.#error;
    if (error && error.source !== 'upstream') return dialler.dialFailed(attempt, error);
    const fresh = dialler.endpoints(attempt).filter((endpoint) => !isAmong(this.#endpoints, endpoint));
    if (fresh.length > 0 && dialler.budgetTime() > 0) {
      dialler.beginAgain(attempt);
      this.#endpoints = [...this.#endpoints, ...fresh];
      return this.#try(fresh);
    }
    if (!this.#isRenewed) {
      this.#isRenewed = true;
      const timeout = Math.min(LONGEST_LOOK_UP, dialler.budgetTime());
      this.#renewal = dialler.renew(attempt, timeout, () => {
        this.#renewal = undefined;
        this.#failed();
      });
      if (this.#renewal) return;
    }
    dialler.dialFailed(attempt, error);
  }
}

/** The addresses of one target all have the same port. */
function isAmong(endpoints: readonly Endpoint[], endpoint: Endpoint): boolean {
  return endpoints.some((other) =>
    'path' in endpoint ? 'path' in other : 'host' in other && other.host === endpoint.host,
  );
}
