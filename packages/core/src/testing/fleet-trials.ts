// A test fleet whose targets are all up again: whether the suspended ones come back, by trials alone.
import { expect } from 'vitest';
import { firstChoice } from '../hashing/ranking.ts';
import { isEnabled } from '../policies/policy.ts';
import type { TargetRecord } from '../targets/target-record.ts';
import type { Fleet } from './fleet.ts';
import { SUSPENSION } from './fleet-times.ts';
import type { FleetWorker } from './fleet-worker.ts';
import { hashed } from './targets.ts';

type Names = Generator<string, never>;

/** Clients that nobody has seen, one for each suspended target, whose home it is. */
function newClients(fleet: Fleet, suspended: readonly TargetRecord[], names: Names): string[] {
  return suspended.map((target) => {
    for (;;) {
      const name = names.next().value;
      if (firstChoice(hashed(name), fleet.primary.targets, isEnabled) === target) return name;
    }
  });
}

function* everyName(): Names {
  for (let n = 0; ; n += 1) yield `new ${n}`;
}

/** One round of ticks, deliveries and new clients at all workers. */
function goRound(fleet: Fleet, suspended: readonly TargetRecord[], names: Names): void {
  fleet.pass(600);
  fleet.primary.tick(fleet.now);
  fleet.deliverAll();
  for (const worker of fleet.workers.filter(({ isReady }) => isReady)) {
    for (const name of newClients(fleet, suspended, names)) fleet.clients.connect(worker, name);
  }
}

const isTrying = ({ dials }: FleetWorker): boolean =>
  dials.some(({ attempt }) => attempt.target.health.state === 'onTrial');

/** All targets come up; the first workers that try one end in the middle of it. */
export function expectRestored(fleet: Fleet): void {
  const names = everyName();
  const isSuspended = (target: TargetRecord): boolean => target.enabled && target.suspended;
  fleet.note('all targets come up');
  fleet.down.clear();
  fleet.deliverAll();
  if (fleet.workers.every(({ retired }) => retired)) fleet.join();
  fleet.pass(SUSPENSION);
  let crashes = 2;
  for (let round = 0; round < 40; round += 1) {
    const suspended = fleet.primary.targets.filter(isSuspended);
    if (suspended.length === 0) break;
    goRound(fleet, suspended, names);
    const trying = fleet.workers.find(isTrying);
    if (trying && crashes > 0) {
      crashes -= 1;
      fleet.join();
      fleet.crash(trying);
    }
    for (const worker of fleet.workers) while (worker.dials.length > 0) fleet.clients.settle(worker, 0, 'answered');
    fleet.deliverAll();
  }
  for (const { pool, retired } of fleet.workers) {
    if (!retired) expect(pool.targets.filter(isSuspended).map(({ id }) => id)).toEqual([]);
  }
}
