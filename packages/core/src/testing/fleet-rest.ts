// A test fleet comes to rest: what must hold when everything has been delivered, and when everyone has left.
import { expect } from 'vitest';
import type { Fleet } from './fleet.ts';
import { DEACTIVATION, EXPIRY, SUSPENSION } from './fleet-times.ts';

/** Delivers everything, and expects that nothing is undecided and each client has one target in all workers. */
export function expectAgreement(fleet: Fleet, keys: readonly string[]): void {
  fleet.channels.deliverAll();
  expect(fleet.primary.awaited).toEqual([]);
  fleet.note('every target has room');
  fleet.full.clear();
  for (const key of keys) {
    const choices = new Map<string | undefined, number[]>();
    for (const worker of fleet.workers) {
      expect(worker.waiting.size).toBe(0);
      if (worker.retired) continue;
      expect(worker.agreement.isUndecided(key, fleet.now)).toBe(false);
      const choice = worker.choice(key, fleet.now);
      choices.set(choice, [...(choices.get(choice) ?? []), worker.id]);
    }
    if (choices.size < 2) continue;
    const text = [...choices].map(([choice, workers]) => `${choice} (workers ${workers.join(', ')})`).join(', ');
    throw new Error(`The workers don't agree on where ${key} belongs: ${text}.`);
  }
}

/** All clients leave, and time passes. */
export function leaveAll(fleet: Fleet): void {
  fleet.note('everyone leaves');
  fleet.channels.deliverAll();
  for (const worker of [...fleet.workers]) {
    while (worker.dials.length > 0) fleet.clients.settle(worker, 0, 'left');
    while (worker.places.length > 0) fleet.clients.close(worker, 0);
  }
  for (let round = 0; round < 4; round += 1) {
    fleet.channels.deliverAll();
    fleet.pass(EXPIRY + 1);
    for (const worker of fleet.workers) worker.sessions.sweep(fleet.now);
    fleet.channels.deliverAll();
    fleet.primary.tick(fleet.now);
  }
  fleet.channels.deliverAll();
}

/** Expects that nothing is kept of anyone. */
export function expectNothingKept(fleet: Fleet): void {
  expect(fleet.primary.displacedSessions).toBe(0);
  expect(fleet.primary.awaited).toEqual([]);
  for (const { agreement, sessions, pool } of fleet.workers) {
    expect([agreement.size, sessions.size]).toEqual([0, 0]);
    for (const target of pool.targets) expect([target.connections, target.sessions]).toEqual([0, 0]);
  }
}

/** All targets come up: one probe of each restores them everywhere, whoever ends meanwhile. */
export function expectRestored(fleet: Fleet): void {
  fleet.note('all targets come up');
  fleet.channels.deliverAll();
  fleet.down.clear();
  fleet.channels.deliverAll();
  if (fleet.workers.every(({ retired }) => retired)) fleet.join();
  fleet.pass(Math.max(SUSPENSION, DEACTIVATION));
  fleet.channels.deliverAll();
  fleet.probes.makeAll();
  const [crashing] = fleet.workers;
  if (crashing && fleet.workers.length > 1) fleet.crash(crashing);
  fleet.channels.deliverAll();
  for (const targets of [fleet.primary.targets, ...fleet.workers.map(({ pool }) => pool.targets)]) {
    expect(targets.filter(({ suspended }) => suspended).map(({ id }) => id)).toEqual([]);
  }
}
