import { describe, expect, it } from 'vitest';
import { fromPrimaryFault, fromWorkerFault } from './agreement-message-checks.ts';
import { LONGEST_LIST } from './agreement-messages.ts';

const target = '10.0.0.1:80';
const keys = (count: number): string[] => Array.from({ length: count }, (_, n) => `10.1.${n >> 8}.${n & 255}`);

describe('a worker’s message', () => {
  it.each([
    { type: 'place', placements: keys(LONGEST_LIST).map((key) => [key, target]) },
    { type: 'place', placements: [], declared: true },
    { type: 'prepared', epoch: 1 },
    { type: 'claim', placements: [['10.0.0.1', target]] },
    { type: 'held', check: 1, clientKeys: keys(LONGEST_LIST) },
    { type: 'released', clientKeys: ['__proto__'] },
    { type: 'failed', target, version: 0 },
    { type: 'failed', target, version: 0, reason: 'ECONNREFUSED' },
    { type: 'reached', target: 'constructor:1', version: 3 },
    { type: 'emptied' },
  ])('is right: $type', (message) => {
    expect(fromWorkerFault(message)).toBeUndefined();
  });

  it.each([
    undefined,
    null,
    { type: 'epoch', epoch: 1, targets: [] },
    { type: 'place' },
    { type: 'place', placements: [null] },
    { type: 'place', placements: [['10.0.0.1']] },
    { type: 'place', placements: [['10.0.0.1', 5]] },
    { type: 'place', placements: [['x'.repeat(300), target]] },
    { type: 'place', placements: keys(LONGEST_LIST + 1).map((key) => [key, target]) },
    { type: 'place', placements: [], declared: 'yes' },
    { type: 'prepared', epoch: -1 },
    { type: 'prepared', epoch: Number.NaN },
    { type: 'claim', placements: ['10.0.0.1'] },
    { type: 'held', check: 1 },
    { type: 'held', check: 1, clientKeys: [1] },
    { type: 'released' },
    { type: 'released', clientKeys: keys(LONGEST_LIST + 1) },
    { type: 'failed', target, version: 0, reason: {} },
    { type: 'failed', target: null, version: 0 },
    { type: 'reached', target, version: '0' },
  ])('is wrong: %j', (message) => {
    expect(fromWorkerFault(message)).toEqual(expect.any(String));
  });
});

describe('the primary’s message', () => {
  const state = {
    options: { host: '10.0.0.1', port: 80, weight: 1 },
    mode: 'enabled',
    healthVersion: 0,
    suspended: false,
  };

  it.each([
    { type: 'epoch', epoch: 0, targets: [state, { ...state, options: { path: '/run/a' }, suspended: true }], past: [] },
    {
      type: 'epoch',
      epoch: 0,
      targets: [state],
      past: [[{ id: target, weight: 0.5 }], [{ id: target, weight: 1, isOver: true }]],
    },
    { type: 'prepare', epoch: 1, targets: [state], past: [[]], restored: [target] },
    { type: 'placed', placements: [['10.0.0.7', target]] },
    { type: 'placed', placements: [], answer: true },
    { type: 'check', check: 1, clientKeys: ['10.0.0.7'] },
    { type: 'checked', check: 1, kept: [], dropped: ['10.0.0.7'] },
    { type: 'claimed', granted: ['10.0.0.7'], refused: [] },
    { type: 'suspended', target, version: 1 },
  ])('is right: $type', (message) => {
    expect(fromPrimaryFault(message)).toBeUndefined();
  });

  it.each([
    null,
    { type: 'place', placements: [] },
    { type: 'epoch', epoch: 0 },
    { type: 'epoch', epoch: 0, targets: [{ ...state, options: null }], past: [] },
    { type: 'epoch', epoch: 0, targets: [{ ...state, options: { host: 5 } }], past: [] },
    { type: 'epoch', epoch: 0, targets: [{ ...state, options: { host: 'a', weight: 0 } }], past: [] },
    { type: 'epoch', epoch: 0, targets: [{ ...state, mode: 'constructor' }], past: [] },
    { type: 'epoch', epoch: 0, targets: [{ ...state, suspended: 1 }], past: [] },
    { type: 'epoch', epoch: 0, targets: new Array(10_001).fill(state), past: [] },
    { type: 'epoch', epoch: 0, targets: [state], past: [{ id: target, weight: 1 }] },
    { type: 'epoch', epoch: 0, targets: [state], past: [[{ id: target, weight: 0 }]] },
    { type: 'epoch', epoch: 0, targets: [state], past: [[{ id: target, weight: 1, isOver: false }]] },
    { type: 'epoch', epoch: 0, targets: [state], past: new Array(9).fill([]) },
    { type: 'prepare', epoch: 1, targets: [state], past: [] },
    { type: 'placed', placements: [], answer: false },
    { type: 'check', check: 1, clientKeys: 'all' },
    { type: 'checked', check: 1, kept: [] },
    { type: 'checked', kept: [], dropped: [] },
    { type: 'claimed', granted: [] },
    { type: 'suspended', target, version: -1 },
  ])('is wrong: %j', (message) => {
    expect(fromPrimaryFault(message)).toEqual(expect.any(String));
  });
});
