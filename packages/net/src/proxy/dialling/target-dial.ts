// One attempt at a target: its addresses one after the other, until one answers.
import type { Attempt } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import { ConnectError } from '../../engine/connect-error.ts';
import type { Dial, Engine, Upstream } from '../../engine/engine.ts';

/** Who wants a target to be reached. */
export interface TargetDialler {
  /** ms that are left for this target, all its addresses together. */
  dialTime(): number;
  dialled(attempt: Attempt, upstream: Upstream, endpoint: Endpoint): void;
  dialFailed(attempt: Attempt, error: ConnectError): void;
}

export class TargetDial implements Dial {
  readonly #engine: Pick<Engine, 'dial'>;
  readonly #dialler: TargetDialler;
  readonly #attempt: Attempt;
  readonly #endpoints: readonly Endpoint[];
  readonly #source: string | undefined;
  #endpoint: Endpoint;
  #index = 0;
  #dial: Dial;

  /**
   * Begins with the first endpoint. Fails with the last error; an error of this machine ends it at once, since the next
   * address would meet the same lack.
   * @param source the address to connect from. @default the machine's own
   */
  constructor(
    engine: Pick<Engine, 'dial'>,
    dialler: TargetDialler,
    attempt: Attempt,
    endpoints: readonly [Endpoint, ...Endpoint[]],
    source?: string,
  ) {
    this.#engine = engine;
    this.#dialler = dialler;
    this.#attempt = attempt;
    this.#endpoints = endpoints;
    this.#source = source;
    this.#endpoint = endpoints[0];
    this.#dial = this.#begin();
  }

  cancel(): void {
    this.#dial.cancel();
  }

  /** The time that is left is shared among the addresses that are. */
  #begin(): Dial {
    const time = this.#dialler.dialTime() / (this.#endpoints.length - this.#index);
    return this.#engine.dial(this.#endpoint, time, this.#done, this.#source);
  }

  readonly #done = (result: Upstream | ConnectError): void => {
    if (!(result instanceof ConnectError)) return this.#dialler.dialled(this.#attempt, result, this.#endpoint);
    this.#index += 1;
    const next = this.#endpoints[this.#index];
    if (!next || result.source !== 'upstream' || this.#dialler.dialTime() <= 0) {
      return this.#dialler.dialFailed(this.#attempt, result);
    }
    this.#endpoint = next;
    this.#dial = this.#begin();
  };
}
