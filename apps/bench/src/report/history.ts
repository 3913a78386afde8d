// One line of JSON for each run, so that figures can be followed over commits. Figures of two machines don't compare.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Results, summaryOf } from './results.ts';

export async function appendHistory(folder: string, results: Results): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(join(folder, 'history.jsonl'), `${JSON.stringify(historyEntry(results))}\n`);
}

/** When, where and at which commit, with the medians by balancer and column. */
export function historyEntry(results: Results): object {
  const medians = Object.fromEntries(
    results.balancers.map(({ name }) => [
      name,
      Object.fromEntries(
        results.columns.flatMap(({ key }) => {
          const summary = summaryOf(results, name, key);
          return summary === undefined ? [] : [[key, Number(summary.median.toPrecision(4))]];
        }),
      ),
    ]),
  );
  const { date, commit, against, machine, settings } = results;
  return { date, commit, against: against?.commit, cpu: machine.cpu, cores: machine.cores, ...settings, medians };
}
