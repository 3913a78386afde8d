import { DEFAULT_HASH_KEY, DecidingHealth, TargetPool, type TargetRecord } from '@lb/core';
import { expect, it } from 'vitest';
import { refuseLastTarget } from './last-target.ts';

type Mode = 'enabled' | 'draining' | 'disabled';

/** Targets a, b, ... as `enabled`, or `enabled suspended`. */
function targetsOf(...states: string[]): TargetRecord[] {
  const pool = new TargetPool(DEFAULT_HASH_KEY);
  pool.setTargets(states.map((_, n) => ({ host: 'abc'[n] as string, port: 80 })));
  for (const [n, state] of states.entries()) {
    const [mode, isSuspended] = state.split(' ');
    const target = pool.targets[n] as TargetRecord;
    target.mode = mode as Mode;
    if (isSuspended) new DecidingHealth({ suspension: 1 }).suspend(target, 0);
  }
  return [...pool.targets];
}

const refusal = (wanted: Mode, ...states: string[]): string | undefined => {
  const targets = targetsOf(...states);
  try {
    refuseLastTarget(targets[0] as TargetRecord, wanted, targets);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'LAST_TARGET', retryable: false });
    return (error as Error).message;
  }
};

it.each([
  ['draining', 'enabled'],
  ['disabled', 'enabled'],
  ['disabled', 'enabled', 'disabled', 'draining'],
  ['disabled', 'enabled', 'enabled suspended'],
  ['disabled', 'enabled suspended'],
  ['disabled', 'enabled suspended', 'disabled'],
] as const)('%s is refused of the first of %s', (wanted, ...states) => {
  expect(refusal(wanted, ...states)).toMatch(/^a:80 is the last target that takes new clients: .* --force/);
});

it.each([['draining'], ['draining', 'draining'], ['draining', 'enabled suspended']])(
  'refuses to disable the first of %s, which takes no new clients but serves those that it has',
  (...states) => {
    expect(refusal('disabled', ...states)).toMatch(
      /^a:80 is draining, and its clients would have no other target: .* --force/,
    );
  },
);

it.each([
  ['draining', 'enabled', 'enabled'],
  ['disabled', 'enabled', 'enabled suspended', 'enabled'],
  // It takes nobody now; of those that are left, one may answer first.
  ['disabled', 'enabled suspended', 'enabled suspended'],
  ['disabled', 'draining', 'enabled'],
  // What gives clients more than before, or as much, takes nothing from them.
  ['enabled', 'enabled'],
  ['enabled', 'disabled'],
  ['draining', 'disabled'],
  ['draining', 'draining'],
  ['disabled', 'disabled'],
] as const)('%s is done to the first of %s', (wanted, ...states) => {
  expect(refusal(wanted, ...states)).toBeUndefined();
});

it('says what is left', () => {
  expect(refusal('disabled', 'enabled', 'disabled')).toContain(
    'no other target is enabled. Enable another one first, or disable this',
  );
  expect(refusal('draining', 'enabled', 'enabled suspended')).toContain('all other enabled targets are suspended');
});
