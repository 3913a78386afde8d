import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../../options/index.ts';
import { Counters } from '../../proxy/events/counters.ts';
import { toPrimaryFault, toWorkerFault } from './message-checks.ts';
import { PROTOCOL_VERSION, type ToPrimary, type ToWorker } from './messages.ts';

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
const init = {
  index: 0,
  options,
  endpoints: [['__proto__:80', [{ host: '192.0.2.1', port: 80 }]]],
  listeners: [4, 5],
  shared: { descriptor: 6, region: 0, seed: 'abc' },
  identity: { uid: 1, gid: 1, name: undefined, account: { name: undefined, home: '/', shell: undefined } },
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

describe('a message to a worker', () => {
  const good: ToWorker[] = [
    { type: 'init', version: PROTOCOL_VERSION, init },
    { type: 'init', version: PROTOCOL_VERSION, init: { ...init, shared: undefined, identity: undefined } },
    { type: 'serve', listeners: [0, 1] },
    { type: 'agreement', message: { type: 'checked', check: 1, kept: [], dropped: [] } },
    { type: 'endpoints', endpoints: init.endpoints },
    { type: 'endConnections', target: 'app:8000' },
    { type: 'options', options },
    { type: 'status', request: 1 },
    { type: 'session', request: 1, clientKey: '10.0.0.1' },
    { type: 'drain', timeout: undefined, emptyQueues: true, handOver: false },
  ];

  it.each(good)('is right: $type', (message) => {
    expect(toWorkerFault(received(message))).toBeUndefined();
  });

  it.each([
    null,
    { type: 'init' },
    { type: 'init', version: PROTOCOL_VERSION, init: { ...init, endpoints: { a: [] } } },
    { type: 'init', version: PROTOCOL_VERSION + 1, init },
    { type: 'serve', listeners: [-1] },
    { type: 'agreement', message: { type: 'epoch', epoch: 1 } },
    { type: 'endpoints', endpoints: [['a:80', ['192.0.2.1']]] },
    { type: 'endConnections' },
    { type: 'options', options: [] },
    { type: 'drain', timeout: -1, emptyQueues: true, handOver: false },
  ])('is wrong: %j', (message) => {
    expect(toWorkerFault(received(message))).toEqual(expect.any(String));
  });
});
