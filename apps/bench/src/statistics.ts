// Medians, spreads and percentiles.

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly count: number;
}

/** @throws when there are no values */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const least = sorted[0];
  const most = sorted.at(-1);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  if (least === undefined || most === undefined || upper === undefined || lower === undefined) {
    throw new Error('no values to summarize');
  }
  return { median: (lower + upper) / 2, least, most, count: sorted.length };
}

/** The smallest value that at least `share` (0 to 1) of the values do not exceed. */
export function percentile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values for a percentile');
  return value;
}

/**
 * Adds what a client that waits for an answer before it sends again leaves out: while one answer takes longer than the
 * `interval` between requests, the requests that were due meanwhile wait too.
 */
export function withWaiting(latencies: readonly number[], interval: number): number[] {
  const all: number[] = [];
  for (const latency of latencies) for (let left = latency; left > 0; left -= interval) all.push(left);
  return all;
}
