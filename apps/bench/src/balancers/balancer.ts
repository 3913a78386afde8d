// What the benchmark needs to know of a balancer: whether it is there, and how to start it.

import type { FigureName } from '../figures/figure-name.ts';
import type { Address } from '../machine/addresses.ts';

export interface Setup {
  /** Empty, for its files; removed afterwards. */
  readonly folder: string;
  readonly workers: number;
  readonly targets: readonly Address[];
}

export interface Running {
  /** The root of its process tree. 0 if there is none. */
  readonly pid: number;
  readonly port: number;
  /** @throws when it ended unasked */
  check(): void;
  stop(): Promise<void>;
}

export interface Found {
  readonly version: string;
}

export interface Missing {
  /** What to do about it. */
  readonly missing: string;
}

export interface Balancer {
  readonly name: string;
  /** For tables. */
  readonly title: string;
  /** Where not all figures make sense. @default all */
  readonly figures?: readonly FigureName[];
  find(): Promise<Found | Missing>;
  /** Resolves when it carries requests. */
  start(setup: Setup): Promise<Running>;
}
