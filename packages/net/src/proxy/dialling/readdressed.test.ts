// A connection to a target whose address changes for all processes.
import type { TargetRecord, WorkerAgreement } from '@lb/core';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ConnectionSetup } from '../../testing/connection-setup.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [A, B] = ['10.0.0.1', '10.0.0.2'] as const;

/** One target with two addresses, and its worker's part in the agreement. */
function setUp() {
  let isChanging = false;
  const waiting = new Set<() => void>();
  const agreement: Partial<WorkerAgreement> = {
    isUndecided: () => false,
    isReaddressed: () => isChanging,
    whenDecided: (callback) => {
      waiting.add(callback);
      return () => waiting.delete(callback);
    },
  };
  const setup = new ConnectionSetup({
    targets: [{ host: 'app.test', port: 80 }],
    agreement: agreement as WorkerAgreement,
  });
  const { addresses, engine, pool } = setup;
  const target = pool.targets[0] as TargetRecord;
  const reports: string[] = [];
  addresses.source = {
    renew: (id) => reports.push(`renew ${id}`),
    answered: (_target, address, silent) => reports.push(`${address}, not ${silent}`),
  };
  addresses.set(new Map([['app.test:80', [A, B].map((host) => ({ host, port: 80 }))]]));
  target.address = A;
  const prepare = () => {
    isChanging = true;
  };
  const turnTo = (address: string) => {
    isChanging = false;
    target.address = address;
    for (const callback of waiting) callback();
  };
  return { setup, engine, prepare, turnTo, reports, waiting };
}

it('begins when that is decided, at the new address', () => {
  const { setup, prepare, turnTo } = setUp();
  prepare();
  setup.accept();
  expect(setup.news()).toEqual([]);
  expect(setup.counts).toEqual([1]);
  turnTo(B);
  expect(setup.news()).toEqual([`dial ${B}:80`]);
});

it('is dialed again if it has reached the old address by then', () => {
  const { setup, engine, prepare, turnTo } = setUp();
  setup.accept();
  prepare();
  engine.dialling.succeed();
  expect(setup.news()).toEqual([`dial ${A}:80`]);
  turnTo(B);
  expect(setup.news()).toEqual([`close ${A}:80`, `dial ${B}:80`]);
  engine.dialling.succeed();
  expect(setup.news()).toEqual(['relay']);
  expect(setup.counts).toEqual([1]);
});

it('is dialed again also if all has been decided by the time that it arrives', () => {
  const { setup, engine, turnTo } = setUp();
  setup.accept();
  turnTo(B);
  engine.dialling.succeed();
  expect(setup.news()).toEqual([`dial ${A}:80`, `close ${A}:80`, `dial ${B}:80`]);
});

it('goes on where the address has not changed after all', () => {
  const { setup, engine, prepare, turnTo } = setUp();
  setup.accept();
  prepare();
  engine.dialling.succeed();
  turnTo(A);
  expect(setup.news()).toEqual([`dial ${A}:80`, 'relay']);
});

it('goes on after a second, whatever is decided', () => {
  const { setup, engine, prepare } = setUp();
  setup.accept();
  prepare();
  engine.dialling.succeed();
  vi.advanceTimersByTime(1_001);
  expect(setup.news()).toEqual([`dial ${A}:80`, 'relay']);
});

it('stays at the other address that it was served at, and reports it', () => {
  const { setup, engine, reports } = setUp();
  setup.accept();
  engine.dialling.fail('ECONNREFUSED');
  engine.dialling.succeed();
  expect(setup.news()).toEqual([`dial ${A}:80`, `dial ${B}:80`, 'relay']);
  expect(reports).toEqual([`${B}, not ${A}`]);
});

it('waits for nothing when the client leaves', () => {
  const { setup, engine, prepare, waiting } = setUp();
  const { connection } = setup.accept();
  prepare();
  engine.dialling.succeed();
  connection.reset();
  expect(setup.news()).toEqual([`dial ${A}:80`, `close ${A}:80`, 'reset client', 'closed']);
  expect([waiting.size, vi.getTimerCount(), ...setup.counts]).toEqual([0, 0, 0]);
});

it('has the name looked up before it passes the target over, and blames it once', () => {
  const { setup, engine, reports } = setUp();
  setup.accept();
  for (let n = 0; n < 2; n += 1) engine.dialling.fail('ECONNREFUSED');
  expect(reports).toEqual(['renew app.test:80']);
  expect(setup.news()).toEqual([`dial ${A}:80`, `dial ${B}:80`]);
  setup.addresses.renewed('app.test:80');
  expect(setup.news()).toEqual([
    'suspended app.test:80 ECONNREFUSED',
    'passed over app.test:80: ECONNREFUSED',
    expect.stringContaining('unserved'),
    'reset client',
    'closed',
  ]);
});
