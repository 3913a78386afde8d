// What a run of the benchmark has found, as it stands in results.json.
import type { Column, Growth } from '../figures/figure.ts';
import { type Summary, summarize } from '../statistics.ts';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory: string;
  readonly system: string;
}

export interface Results {
  /** When it ended, in UTC. */
  readonly date: string;
  readonly machine: Machine;
  readonly settings: {
    readonly rounds: number;
    readonly seconds: number;
    readonly workers: number;
    readonly rate: number;
  };
  /** The commit that was measured, where git tells. */
  readonly commit?: string | undefined;
  /** Another commit that was measured in the same rounds, and the names of each balancer at both. */
  readonly against?:
    | {
        readonly commit: string;
        readonly pairs: readonly { readonly before: string; readonly after: string }[];
      }
    | undefined;
  /** Name, in columns, of the balancer that the others are compared with. */
  readonly reference: string;
  readonly balancers: readonly { readonly name: string; readonly title: string; readonly version: string }[];
  readonly columns: readonly Column[];
  readonly growth: readonly Growth[];
  /** By balancer and column: what each round gave. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  readonly notes: readonly string[];
  readonly failures: readonly string[];
}

/** undefined where nothing was measured. */
export function summaryOf(results: Results, balancer: string, key: string): Summary | undefined {
  const values = results.samples[balancer]?.[key];
  return values === undefined || values.length === 0 ? undefined : summarize(values);
}

/** Median to the reference's median; undefined where one of them is missing, and of the reference itself. */
export function ratioOf(results: Results, balancer: string, key: string): number | undefined {
  const mine = summaryOf(results, balancer, key);
  const reference = summaryOf(results, results.reference, key);
  if (mine === undefined || reference === undefined || balancer === results.reference) return undefined;
  return reference.median === 0 ? undefined : mine.median / reference.median;
}

/** The columns that something was measured for. */
export function measuredColumns(results: Results): Column[] {
  return results.columns.filter(({ key }) => results.balancers.some(({ name }) => summaryOf(results, name, key)));
}
