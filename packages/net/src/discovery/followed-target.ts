// One target of a list, and where it can be reached at present.
import type { TargetOptions } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import type { Discovery, Watch } from './discovery.ts';

export class FollowedTarget {
  readonly target: TargetOptions;
  /** Resolves when there is an answer, good or bad, or nobody waits for it any more. */
  readonly answered: Promise<void>;
  readonly #discovery: Discovery;
  readonly #watch: Watch;
  #endpoints: readonly Endpoint[] | undefined;
  #answer: (() => void) | undefined;

  constructor(target: TargetOptions, discovery: Discovery, onChange: () => void) {
    this.target = target;
    this.#discovery = discovery;
    this.answered = new Promise((resolve) => {
      this.#answer = resolve;
    });
    this.#watch = discovery.watch(target, (endpoints) => {
      this.#endpoints = endpoints;
      this.#answer?.();
      onChange();
    });
  }

  /** Absent until there is an answer. */
  get endpoints(): readonly Endpoint[] | undefined {
    return this.#endpoints;
  }

  get isUsable(): boolean {
    return this.#endpoints !== undefined && this.#endpoints.length > 0;
  }

  /** Asks again, once a second at most. */
  renew(): Promise<void> {
    return this.#discovery.renew(this.target);
  }

  close(): void {
    this.#watch.close();
    this.#answer?.();
  }
}
