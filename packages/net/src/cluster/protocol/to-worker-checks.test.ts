import { describe, expect, it } from 'vitest';
import { resolveOptions, splitOptions } from '../../options/index.ts';
import { PROTOCOL_VERSION, type ToWorker } from './messages.ts';
import { toWorkerFault } from './to-worker-checks.ts';

const targets = [{ host: 'app', port: 8000 }, { path: '/run/app' }];
const options = splitOptions(resolveOptions({ sourcePort: 80, targets }).options);
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
    { type: 'options', options: { ...options, pool: undefined } },
    { type: 'drain', timeout: -1, emptyQueues: true, handOver: false },
  ])('is wrong: %j', (message) => {
    expect(toWorkerFault(received(message))).toEqual(expect.any(String));
  });
});
