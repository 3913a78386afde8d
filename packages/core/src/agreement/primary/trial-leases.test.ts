import { describe, expect, it } from 'vitest';
import { TrialLeases } from './trial-leases.ts';

const WORKERS = [1, 2, 3];

describe('the lease of a trial', () => {
  it('is one worker’s at a time, and then the next one’s', () => {
    const leases = new TrialLeases();
    const first = leases.lend('a', WORKERS, 0);
    const length = first?.length ?? 0;
    expect(leases.lend('a', WORKERS, length - 1)).toBeUndefined();
    const all = [first, ...[1, 2, 3].map((turn) => leases.lend('a', WORKERS, turn * length))];
    expect(all.map((lease) => lease?.worker)).toEqual([1, 2, 3, 1]);
  });

  it('goes round for each target by itself', () => {
    const leases = new TrialLeases();
    const length = leases.lend('a', [1, 2], 0)?.length ?? 0;
    leases.lend('b', [1, 2], 0);
    const next = ['a', 'b'].map((target) => leases.lend(target, [1, 2], length)?.worker);
    expect(next).toEqual([2, 2]);
  });

  it('ends with its worker', () => {
    const leases = new TrialLeases();
    leases.lend('a', WORKERS, 0);
    leases.endOf(1);
    expect(leases.lend('a', [2, 3], 1)?.worker).toBe(2);
    leases.endOf(2);
    expect(leases.lend('a', [3], 2)?.worker).toBe(3);
  });

  it('is given to nobody while no worker takes new clients', () => {
    const leases = new TrialLeases();
    expect(leases.lend('a', [], 0)).toBeUndefined();
    expect(leases.lend('a', [2], 0)?.worker).toBe(2);
  });

  it('ends when its target’s health has changed', () => {
    const leases = new TrialLeases();
    leases.lend('a', WORKERS, 0);
    leases.endFor('a');
    expect(leases.lend('a', WORKERS, 1)).toBeDefined();
  });
});
