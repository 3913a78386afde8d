// One run of the benchmark, from what is installed to the files with the results.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arguments } from './arguments.ts';
import type { Balancer } from './balancers/balancer.ts';
import { balancers, REFERENCE } from './balancers/index.ts';
import { type Ours, ours, oursAt } from './balancers/ours.ts';
import { checkOut, presentCommit } from './checkout.ts';
import { figures } from './figures/index.ts';
import { thisMachine } from './machine/machine.ts';
import { watchOtherLoad } from './machine/other-load.ts';
import type { Results } from './report/results.ts';
import { findAvailable } from './requirements.ts';
import { measureRounds } from './rounds.ts';
import { startTargets } from './targets.ts';

/** Measures what the arguments name. `folder` is for what the servers and clients write. */
export async function benchmark(args: Arguments, folder: string, say: (line: string) => void): Promise<Results> {
  const began = Date.now();
  const wanted = balancers.filter(({ name }) => args.only.includes(name));
  const against = args.against === undefined ? undefined : await earlierPairs(wanted, args.against, say);
  const earlier = (one: Balancer) => against?.pairs.find(({ after }) => after === one)?.before ?? [];
  const available = await findAvailable(
    wanted.flatMap((one) => [one].concat(earlier(one))),
    figures.filter(({ name }) => args.figure.includes(name)),
  );
  const notes: string[] = [];
  const note = (text: string) => {
    notes.push(text);
    say(text);
  };
  for (const text of [`Clients and targets: ${available.clients}.`, ...available.notices]) note(text);
  const otherLoad = watchOtherLoad();
  const targets = await startTargets(folder);
  const { workers, seconds, rate, rounds, minutes } = args;
  const world = { targets, workers, seconds, rate, folder: () => mkdtemp(join(folder, 'run-')), note };
  const patience = minutes * 60_000 - (Date.now() - began);
  const measured = await measureRounds({ ...available, rounds, patience }, world, say);
  await targets.stop();
  note(otherLoad());
  const isLatency = available.figures.some(({ name }) => name === 'latency');
  if (isLatency) note(`Latency is measured at ${measured.rate} requests/s.`);
  return {
    date: new Date().toISOString(),
    machine: thisMachine(),
    settings: { rounds: measured.rounds, seconds, workers, rate: measured.rate },
    commit: await presentCommit(),
    against: against && {
      commit: against.commit,
      pairs: against.pairs.map(({ before, after }) => ({ before: before.name, after: after.name })),
    },
    reference: REFERENCE,
    balancers: available.balancers.map(({ name, title, version }) => ({ name, title, version })),
    columns: available.figures.flatMap(({ columns }) => columns),
    growth: available.figures.flatMap(({ growth = [] }) => growth),
    samples: measured.samples,
    notes,
    failures: measured.failures,
  };
}

/** Each of ours that is wanted, paired with itself at `revision`. @throws {Error} if none of ours is wanted */
async function earlierPairs(wanted: readonly Balancer[], revision: string, say: (line: string) => void) {
  const names = Object.keys(ours) as (keyof Ours)[];
  const chosen = names.filter((name) => wanted.includes(ours[name]));
  if (chosen.length === 0)
    throw new Error('--against compares this balancer with itself. Name one of ours with --only.');
  const { commit, folder } = await checkOut(revision, say);
  const earlier = oursAt(folder, commit);
  return { commit, pairs: chosen.map((name) => ({ before: earlier[name], after: ours[name] })) };
}

/** Whether the arguments name all that there is. */
export function isWhole(args: Arguments): boolean {
  return args.only.length === balancers.length && args.figure.length === figures.length;
}
