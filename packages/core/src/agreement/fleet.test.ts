// Whole fleets under everything that can happen to them, in any order. FLEET_RUNS=5000 looks longer.
import fc from 'fast-check';
import { it } from 'vitest';
import { Fleet } from '../testing/fleet.ts';
import { expectAgreement, expectNothingKept, leaveAll } from '../testing/fleet-rest.ts';
import { arbitrarySteps, KEYS, take, target, type Weights, withLog } from '../testing/fleet-steps.ts';

declare const process: { readonly env: { readonly FLEET_RUNS?: string } };
const numRuns = Number(process.env.FLEET_RUNS ?? 200);
const timeout = 20_000 + numRuns * 200;

const CLIENTS: Weights = { connect: 12, answer: 14, leave: 1, passOver: 1, close: 8, sweep: 1 };
const DELIVERY: Weights = { soon: 10, toPrimary: 12, toWorker: 20, tick: 4 };
const CHANGES: Weights = { add: 1, remove: 1, weigh: 1, enable: 2, drain: 1, disable: 1 };
const FAILURES: Weights = { down: 2, up: 2 };
const WORKERS: Weights = { join: 1, retire: 1, crash: 1 };
const TIME: Weights = { pass: 3, passBriefly: 3 };

const targets = (count: number) => Array.from({ length: count }, (_, n) => target(n));
const arbitrarySize = fc.record({ targets: fc.integer({ min: 2, max: 6 }), workers: fc.integer({ min: 2, max: 5 }) });

it(
  'gives each client one target, and forgets it when it has left',
  () => {
    const steps = arbitrarySteps(
      { ...CLIENTS, ...DELIVERY, ...CHANGES, ...FAILURES, ...WORKERS, ...TIME, rest: 1 },
      400,
    );
    fc.assert(
      fc.property(arbitrarySize, steps, (size, list) => {
        const fleet = new Fleet({ targets: targets(size.targets), workers: size.workers });
        withLog(fleet, () => {
          take(fleet, list);
          expectAgreement(fleet, KEYS);
          leaveAll(fleet);
          expectAgreement(fleet, KEYS);
          expectNothingKept(fleet);
        });
      }),
      { numRuns },
    );
  },
  timeout,
);
