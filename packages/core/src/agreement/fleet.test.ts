// Whole fleets under everything that can happen to them, in any order. The same ones each time, so that it is a change that makes
// one fail; FLEET_RUNS=5000 looks at as many new ones.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fleet } from '../testing/fleet.ts';
import { expectAgreement, expectNothingKept, expectRestored, leaveAll } from '../testing/fleet-rest.ts';
import { arbitrarySteps, KEYS, type Step, take, target, type Weights, withLog } from '../testing/fleet-steps.ts';
import { EXPIRY, LINGERING } from '../testing/fleet-times.ts';
import { hashed } from '../testing/targets.ts';

declare const process: { readonly env: { readonly FLEET_RUNS?: string } };
const numRuns = Number(process.env.FLEET_RUNS ?? 300);
const timeout = 60_000 + numRuns * 100;
const seed = process.env.FLEET_RUNS === undefined ? { seed: 1 } : {};

const CLIENTS: Weights = { connect: 12, answer: 14, leave: 1, passOver: 2, close: 8, sweep: 1, fill: 1, empty: 1 };
const DELIVERY: Weights = { soon: 10, toPrimary: 12, toWorker: 20, tick: 4 };
const CHANGES: Weights = { add: 1, remove: 1, weigh: 1, readdress: 1, enable: 2, drain: 1, disable: 1 };
const PROBES: Weights = { probe: 4, probed: 5 };
const FAILURES: Weights = { down: 2, up: 2, deactivate: 1, ...PROBES };
const WORKERS: Weights = { join: 1, retire: 1, crash: 1 };
const ORPHANS: Weights = { connectOrphan: 2, answerOrphan: 3, closeOrphan: 2 };
const DEATHS: Weights = { kill: 2, killWithFile: 1, save: 2, ...ORPHANS };
const TIME: Weights = { pass: 3, passBriefly: 3 };
const EVERYTHING: Weights = {
  ...CLIENTS,
  ...DELIVERY,
  ...CHANGES,
  ...FAILURES,
  ...WORKERS,
  ...DEATHS,
  ...TIME,
  rest: 1,
};

const targets = (count: number) => Array.from({ length: count }, (_, n) => target(n));
/** Mostly small: there a client's few targets and workers meet more often. */
const arbitraryCount = (few: number, most: number): fc.Arbitrary<number> =>
  fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 2, max: few }) }, fc.integer({ min: 2, max: most }));
const arbitrarySize = fc.record({ targets: arbitraryCount(6, 20), workers: arbitraryCount(5, 8) });

const modesOf = ({ primary }: Fleet) => new Map(primary.targets.map(({ id, mode }) => [id, mode]));

function assertFleets(
  weights: Weights,
  options: Partial<ConstructorParameters<typeof Fleet>[0]>,
  run: (fleet: Fleet, steps: readonly Step[]) => void,
): void {
  fc.assert(
    fc.property(arbitrarySize, arbitrarySteps(weights, 400), (size, steps) => {
      const fleet = new Fleet({ targets: targets(size.targets), workers: size.workers, ...options });
      withLog(fleet, () => run(fleet, steps));
    }),
    // Time runs out only for one that has failed, while a shorter way to fail is looked for.
    { numRuns, ...seed, interruptAfterTimeLimit: timeout / 2 },
  );
}

it(
  'gives each client one target, and forgets it when it has left',
  () => {
    assertFleets(EVERYTHING, {}, (fleet, steps) => {
      take(fleet, steps);
      expectAgreement(fleet, KEYS);
      leaveAll(fleet);
      expectAgreement(fleet, KEYS);
      expectNothingKept(fleet);
    });
  },
  timeout,
);

it(
  'leaves clients where they are, away from home, and targets out of use, when primary after primary is killed',
  () => {
    const weights = {
      ...CLIENTS,
      close: 2,
      ...DELIVERY,
      ...FAILURES,
      drain: 1,
      kill: 1,
      save: 4,
      ...ORPHANS,
      pass: 12,
      rest: 4,
    };
    assertFleets(weights, {}, (fleet, steps) => {
      take(fleet, steps);
      expectAgreement(fleet, KEYS);
      const before = modesOf(fleet);
      fleet.file.save(fleet.primary, fleet.now);
      fleet.killPrimary({ hasFile: true, gap: LINGERING + EXPIRY, workers: 2 });
      expect(modesOf(fleet)).toEqual(before);
      expectAgreement(fleet, KEYS);
      leaveAll(fleet);
      expectNothingKept(fleet);
    });
  },
  timeout,
);

it.each([
  { what: 'targets are added, re-weighted and enabled', changes: { add: 2, weigh: 2, enable: 2, drain: 1 } },
  { what: 'targets are suspended and restored', changes: { suspend: 2, ...PROBES } },
  { what: 'a target has another address', changes: { readdress: 3 } },
  {
    what: 'primaries are killed, and the list changes',
    changes: { add: 2, weigh: 2, enable: 2, drain: 1, kill: 2, ...ORPHANS },
  },
  { what: 'primaries are killed, and targets are suspended', changes: { suspend: 2, ...PROBES, kill: 2, ...ORPHANS } },
  { what: 'primaries are killed, and a target has another address', changes: { readdress: 3, kill: 2, ...ORPHANS } },
])(
  'moves no client that has a session, and has none on two addresses of a target, while nothing is down and $what',
  ({ changes }) => {
    const weights = { ...CLIENTS, ...DELIVERY, ...PROBES, ...changes, ...WORKERS, ...TIME, rest: 1 };
    // Nobody goes on without a decision: who does takes what comes of it.
    assertFleets(weights, { wait: Number.POSITIVE_INFINITY, strict: true }, (fleet, steps) => {
      fleet.channels.deliverAll();
      take(fleet, steps);
      expectAgreement(fleet, KEYS);
    });
  },
  timeout,
);

it(
  'restores what can be reached with one probe, whoever ends meanwhile',
  () => {
    assertFleets(EVERYTHING, {}, (fleet, steps) => {
      take(fleet, steps);
      expectRestored(fleet);
      expectAgreement(fleet, KEYS);
    });
  },
  timeout,
);

describe('where a client’s failure is confirmed by a probe', () => {
  it(
    'gives each client one target, and restores what can be reached',
    () => {
      assertFleets(EVERYTHING, { confirms: true }, (fleet, steps) => {
        take(fleet, steps);
        expectAgreement(fleet, KEYS);
        expectRestored(fleet);
        leaveAll(fleet);
        expectNothingKept(fleet);
      });
    },
    timeout,
  );

  it(
    'suspends no target because it rejects some clients',
    () => {
      const weights = { ...EVERYTHING, down: 0, deactivate: 0 };
      const rejects = (key: string, target: string) => hashed(key + target).low % 3 === 0;
      assertFleets(weights, { confirms: true, rejects }, (fleet, steps) => {
        const expectAvailable = (): void => {
          for (const { targets } of [fleet.primary, ...fleet.workers.map(({ pool }) => pool)]) {
            expect(targets.filter(({ suspended }) => suspended)).toEqual([]);
          }
        };
        take(fleet, steps, expectAvailable);
        expectAgreement(fleet, KEYS);
      });
    },
    timeout,
  );
});

it(
  'says nothing while everyone is at home',
  () => {
    assertFleets({ ...CLIENTS, passOver: 0, fill: 0, ...TIME, tick: 4, join: 1 }, {}, (fleet, steps) => {
      take(fleet, steps);
      expect(fleet.workers.map(({ sent }) => sent)).toEqual(fleet.workers.map(() => 0));
      expect(fleet.sent).toBe(fleet.workers.length);
    });
  },
  timeout,
);

it(
  'keeps no more than it may',
  () => {
    assertFleets({ ...EVERYTHING, down: 6, rest: 0 }, { limit: 2, careless: true }, (fleet, steps) => {
      take(fleet, steps, () => expect(fleet.primary.displacedSessions).toBeLessThanOrEqual(2));
      leaveAll(fleet);
      expectNothingKept(fleet);
    });
  },
  timeout,
);
