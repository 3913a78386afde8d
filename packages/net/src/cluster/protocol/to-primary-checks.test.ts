import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { Counters } from '../../proxy/events/counters.ts';
import type { ToPrimary } from './messages.ts';
import { toPrimaryFault } from './to-primary-checks.ts';

const { options } = resolveOptions({ sourcePort: 80, targets: [{ host: 'app', port: 8000 }, { path: '/run/app' }] });
const counters = { ...new Counters() };
const status = {
  engine: 'epoll',
  connections: 1,
  sessions: 2,
  counters,
  displacedSessions: 0,
  eventLoopDelayMs: 1.5,
  middlewareFailure: { inARow: 2, lastError: 'Error: broken' },
  targets: [{ target: 'app:8000', weight: 0.5, mode: 'enabled', suspended: true, connections: 0, sessions: 0 }],
} as const;
/** As the channel between processes brings it. */
const received = (message: unknown): unknown => JSON.parse(JSON.stringify(message));

describe('a message to the primary', () => {
  const good: ToPrimary[] = [
    { type: 'ready', port: 80 },
    { type: 'failed', code: 'X', message: 'y' },
    { type: 'agreement', message: { type: 'prepared', epoch: 1 } },
    { type: 'status', request: 1, status },
    { type: 'session', request: 1 },
    { type: 'session', request: 1, session: { target: 'app:8000', connections: 1, idleMs: undefined } },
    { type: 'resolve', target: 'app:8000' },
    { type: 'answered', target: 'app:8000', address: '192.0.2.1', silent: '::1' },
    { type: 'counted', counters },
    { type: 'unlistened' },
    { type: 'setTargets', targets: options.targets },
    { type: 'suspend', host: 'app', port: 8000 },
    { type: 'stop' },
  ];

  it.each(good)('is right: $type', (message) => {
    expect(toPrimaryFault(received(message))).toBeUndefined();
  });

  it.each([
    { type: 'ready' },
    { type: 'resolve', target: 5 },
    { type: 'answered', target: 'app:8000', address: '192.0.2.1' },
    { type: 'ready', port: 65_536 },
    { type: 'setTargets', targets: new Array(10_001).fill({ host: 'app', port: 1 }) },
    { type: 'failed', message: 'x' },
    { type: 'failed', code: 'X', message: 'x'.repeat(100_000) },
    { type: 'status', request: 1, status: { ...status, connections: -1 } },
    { type: 'status', request: 1, status: { ...status, counters: { ...counters, accepted: Number.NaN } } },
    { type: 'status', request: 1, status: { ...status, targets: [null] } },
    { type: 'status', request: 1, status: { ...status, middlewareFailure: { inARow: 1 } } },
    { type: 'session', request: 1, session: null },
    { type: 'counted', counters: { accepted: 1 } },
  ])('is wrong: %j', (message) => {
    expect(toPrimaryFault(received(message))).toEqual(expect.any(String));
  });
});
