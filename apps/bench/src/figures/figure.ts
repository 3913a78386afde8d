// What a figure is: some work, and the numbers that come of it.
import type { Balancer } from '../balancers/balancer.ts';
import type { Targets } from '../targets.ts';
import type { FigureName } from './figure-name.ts';

export type Unit = 'us' | 'ms' | 'bytes' | 'MB';

export interface Column {
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
  /** Whether it stands in the summary and the chart. @default false */
  readonly main?: boolean;
}

/** Two columns that say how something grows. */
export interface Growth {
  readonly title: string;
  readonly from: string;
  readonly to: string;
}

/** What every figure is measured with. */
export interface World {
  readonly targets: Targets;
  readonly workers: number;
  /** About how long the measured part of each figure takes. */
  readonly seconds: number;
  /** Requests a second, where a figure holds a rate. */
  readonly rate: number;
  /** Makes an empty folder. */
  folder(): Promise<string>;
  /** Tells something that the reader of the results must know. */
  note(text: string): void;
}

export type Values = Readonly<Record<string, number>>;

export interface Figure {
  readonly name: FigureName;
  readonly title: string;
  readonly columns: readonly Column[];
  readonly growth?: readonly Growth[];
  /** Programs that it takes. */
  readonly tools: readonly ('wrk' | 'h2load')[];
  /** Called once, before the rounds. @returns what to measure with */
  prepare?(world: World, balancers: readonly Balancer[]): Promise<World>;
  /** @throws when anything of the work failed */
  measure(world: World, balancer: Balancer): Promise<Values>;
}
