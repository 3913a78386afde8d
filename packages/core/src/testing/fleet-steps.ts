// What can happen to a test fleet, as steps that fast-check chooses, orders and shrinks. A step that isn't possible does nothing.
import fc from 'fast-check';
import type { TargetOptions } from '../targets/target-options.ts';
import type { Fleet } from './fleet.ts';
import { expectAgreement } from './fleet-rest.ts';
import { EXPIRY, LINGERING, MOST_CONNECTIONS, SUSPENSION } from './fleet-times.ts';
import type { FleetWorker } from './fleet-worker.ts';

export const KEYS: readonly string[] = Array.from({ length: 8 }, (_, n) => `192.0.2.${n + 1}`);
const MOST_WORKERS = 8;
const MOST_TARGETS = 20;

export function target(n: number, weight = 1): TargetOptions {
  return { host: `t${n}`, port: 80, weight, maxConnections: MOST_CONNECTIONS };
}

type Act = (fleet: Fleet, a: number, b: number) => void;

const pick = <T>(list: readonly T[], which: number): T | undefined => list[which % list.length];
const where = (
  can: (worker: FleetWorker) => boolean,
  act: (fleet: Fleet, worker: FleetWorker, b: number) => void,
): Act => {
  return (fleet, a, b) => {
    const worker = pick(fleet.workers.filter(can), a);
    if (worker) act(fleet, worker, b);
  };
};

const change = (fleet: Fleet, targets: readonly TargetOptions[], what: string): void => {
  fleet.note(what);
  fleet.targets = targets;
  fleet.primary.setTargets(targets, fleet.now);
};

const mode =
  (to: 'enabled' | 'draining' | 'disabled'): Act =>
  (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record) return;
    fleet.note(`${record.id} is to be ${to}`);
    fleet.primary.setMode(record.id, to, fleet.now);
  };

/** ms from the death of a primary to the next one. */
const gapOf = (which: number): number => pick([0, 0, 10, 300, LINGERING, LINGERING + EXPIRY], which) as number;

const ACTS = {
  connect: where(
    ({ isReady }) => isReady,
    (fleet, worker, b) => fleet.clients.connect(worker, pick(KEYS, b) as string),
  ),
  answer: where(
    ({ dials }) => dials.length > 0,
    (fleet, worker, b) => fleet.clients.settle(worker, b, 'answered'),
  ),
  leave: where(
    ({ dials }) => dials.length > 0,
    (fleet, worker, b) => fleet.clients.settle(worker, b, 'left'),
  ),
  passOver: where(
    ({ dials }) => dials.length > 0,
    (fleet, worker, b) => fleet.clients.settle(worker, b, 'passed over'),
  ),
  close: where(
    ({ places }) => places.length > 0,
    (fleet, worker, b) => fleet.clients.close(worker, b),
  ),
  soon: where(
    ({ soon }) => soon.length > 0,
    (_fleet, worker) => worker.soon.shift()?.(),
  ),
  toPrimary: where(
    ({ toPrimary }) => toPrimary.length > 0,
    (fleet, worker) => fleet.channels.toPrimary(worker),
  ),
  toWorker: where(
    ({ fromPrimary }) => fromPrimary.length > 0,
    (fleet, worker) => fleet.channels.toWorker(worker),
  ),
  tick: (fleet) => fleet.primary.tick(fleet.now),
  sweep: where(
    () => true,
    (fleet, worker) => worker.sessions.sweep(fleet.now),
  ),
  pass: (fleet, a, b) => fleet.pass(pick([10, 10, 300, 300, 1_000, EXPIRY, SUSPENSION + 1], a + b) as number),
  passBriefly: (fleet, a) => fleet.pass(1 + (a % 300)),
  down: (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record) return;
    fleet.note(`${record.id} goes down`);
    fleet.down.add(record.id);
  },
  probe: (fleet, a) => fleet.probes.begin(a),
  probed: (fleet, a) => fleet.probes.end(a),
  suspend: (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record || record.suspended) return;
    fleet.note(`${record.id} is suspended`);
    const { version } = record.health;
    fleet.primary.report(record.id, { source: 'probe', version, outcome: 'failed' }, fleet.now);
  },
  deactivate: (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record) return;
    fleet.note(`${record.id} is deactivated`);
    fleet.primary.report(record.id, { source: 'controller', outcome: 'failed' }, fleet.now);
  },
  up: (fleet, a) => {
    const id = pick([...fleet.down], a);
    if (!id) return;
    fleet.note(`${id} comes up`);
    fleet.down.delete(id);
  },
  fill: (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record) return;
    fleet.note(`${record.id} is full`);
    fleet.full.add(record.id);
  },
  empty: (fleet, a) => {
    const id = pick([...fleet.full], a);
    if (!id) return;
    fleet.note(`${id} has room`);
    fleet.full.delete(id);
  },
  add: (fleet, a) => {
    const free = Array.from({ length: MOST_TARGETS }, (_, n) => target(n)).filter(
      ({ host }) => !fleet.targets.some((listed) => listed.host === host),
    );
    // Mostly one that was there before: what comes back is harder than what is new.
    const added = pick(free.slice(0, 3), a);
    if (added) change(fleet, [...fleet.targets, added], `${added.host} is added`);
  },
  remove: (fleet, a) => {
    if (fleet.targets.length < 2) return;
    const removed = pick(fleet.targets, a) as TargetOptions;
    change(
      fleet,
      fleet.targets.filter((listed) => listed !== removed),
      `${removed.host} is removed`,
    );
  },
  weigh: (fleet, a, b) => {
    const weighed = pick(fleet.targets, a) as TargetOptions;
    const weight = pick([0.2, 0.5, 1, 2, 5, 20], b) as number;
    const targets = fleet.targets.map((listed) => (listed === weighed ? { ...listed, weight } : listed));
    change(fleet, targets, `${weighed.host} weighs ${weight}`);
  },
  readdress: (fleet, a) => {
    const record = pick(fleet.primary.targets, a);
    if (!record) return;
    fleet.note(`${record.id} is to have another address`);
    fleet.primary.setAddresses(fleet.addresses.change(record.id), fleet.now);
  },
  enable: mode('enabled'),
  drain: mode('draining'),
  disable: mode('disabled'),
  join: (fleet) => {
    if (fleet.workers.length < MOST_WORKERS) fleet.join();
  },
  retire: where(
    ({ retired }) => !retired,
    (fleet, worker) => fleet.retire(worker),
  ),
  crash: where(
    () => true,
    (fleet, worker) => fleet.crash(worker),
  ),
  save: (fleet) => fleet.file.save(fleet.primary, fleet.now),
  kill: (fleet, a, b) => fleet.killPrimary({ hasFile: true, gap: gapOf(b), workers: 1 + (a % 4) }),
  killWithFile: (fleet, a, b) => fleet.killPrimary({ hasFile: false, gap: gapOf(b), workers: 1 + (a % 4) }),
  connectOrphan: (fleet, a, b) => fleet.orphans.connect(a, pick(KEYS, b) as string),
  answerOrphan: (fleet, a) => fleet.orphans.answer(a),
  closeOrphan: (fleet, a) => fleet.orphans.close(a),
  rest: (fleet) => expectAgreement(fleet, KEYS),
} satisfies Record<string, Act>;

export type Weights = Partial<Record<keyof typeof ACTS, number>>;

export interface Step {
  readonly name: keyof typeof ACTS;
  readonly a: number;
  readonly b: number;
}

/** Steps of these kinds, each as often as its weight says. */
export function arbitrarySteps(weights: Weights, length: number): fc.Arbitrary<Step[]> {
  const names = Object.entries(weights).map(([name, weight]) => ({
    weight,
    arbitrary: fc.constant(name as keyof typeof ACTS),
  }));
  const which = fc.nat({ max: 839 }); // what it is divided by goes into 840
  const step = fc.record({ name: fc.oneof(...names), a: which, b: which });
  return fc.array(step, { maxLength: length, size: 'max' });
}

export function take(fleet: Fleet, steps: readonly Step[], after: () => void = () => {}): void {
  for (const { name, a, b } of steps) {
    ACTS[name](fleet, a, b);
    after();
  }
}

/** Says what happened before something went wrong. */
export function withLog<T>(fleet: Fleet, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${fleet.log.join('\n')}`, { cause });
  }
}
