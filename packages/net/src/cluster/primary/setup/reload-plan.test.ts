import { describe, expect, it } from 'vitest';
import { type BalancerOptions, resolveOptions } from '../../../options/index.ts';
import { planReload } from './reload-plan.ts';

function optionsOf(more: Partial<BalancerOptions> = {}) {
  return resolveOptions({ sourcePort: 80, targets: [{ host: 'a', port: 1 }], balancerCount: 2, ...more }).options;
}

describe('a reload', () => {
  it('changes nothing when nothing has changed', () => {
    expect(planReload(optionsOf(), optionsOf())).toEqual({
      changed: [],
      replacesWorkers: false,
      movesListeners: false,
      changesTargets: false,
    });
  });

  it.each([
    [{ targets: [{ host: 'b', port: 1 }] }, { changed: ['targets'], changesTargets: true, replacesWorkers: false }],
    [{ sessionExpiry: 5 }, { changed: ['sessionExpiry'], changesTargets: false, replacesWorkers: false }],
    [{ balancerCount: 3 }, { replacesWorkers: true, movesListeners: false }],
    [{ balancerControllerPath: 'x.js' }, { replacesWorkers: true, movesListeners: false }],
    [{ engine: 'streams' as const }, { replacesWorkers: true, movesListeners: false }],
    [{ sourcePort: 81 }, { replacesWorkers: true, movesListeners: true }],
    [{ sourceHost: '127.0.0.1' }, { replacesWorkers: true, movesListeners: true }],
  ])('with %j', (more, plan) => {
    expect(planReload(optionsOf(), optionsOf(more))).toMatchObject(plan);
  });

  it.each([
    [{ hashSeed: 'another' }, 'hashSeed can'],
    [{ stickiness: false, clientKey: { ipv6Prefix: 56 } }, 'stickiness and clientKey can'],
    [{ downgradeToUser: 'www-data' }, 'downgradeToUser can'],
  ])('refuses %j, which needs a restart', (more, text) => {
    expect(() => planReload(optionsOf(), optionsOf(more))).toThrow(text);
  });
});
