import { expect, it } from 'vitest';
import { DAEMON_PROTOCOL_VERSION, daemonMessageFault, refuseOtherVersion } from './daemon-messages.ts';

it('takes a supervisor of the same version, and refuses another one', () => {
  expect(refuseOtherVersion(`${DAEMON_PROTOCOL_VERSION}`)).toBeUndefined();
  for (const version of [`${DAEMON_PROTOCOL_VERSION + 1}`, '/etc/config.json', undefined]) {
    const refusal = { code: 'UPGRADED', message: expect.stringMatching(/upgraded on disk: start the balancer again/) };
    expect(() => refuseOtherVersion(version)).toThrow(expect.objectContaining(refusal));
  }
});

it.each([
  [[], true],
  [[['a:80', 'draining']], true],
  [[['a:80', 'enabled']], false],
  [[['a'.repeat(513), 'disabled']], false],
  [undefined, false],
])('takes the modes %j: %s', (modes, isRight) => {
  const started = { type: 'started', index: 0, port: 80, pid: 1, modes, unresolved: [] };
  expect(daemonMessageFault(started) === undefined).toBe(isRight);
});

it.each([
  [10_000, 0, true],
  [-1, 0, false],
  [undefined, 0, false],
  [0, -1, false],
  [0, undefined, false],
])('takes a shutdownTimeout of %s and a workerTimeout of %s: %s', (shutdownTimeoutMs, workerTimeoutMs, isRight) => {
  expect(
    daemonMessageFault({ type: 'settings', shutdownTimeoutMs, workerTimeoutMs, fingerprint: 'f' }) === undefined,
  ).toBe(isRight);
});

it('takes a sign of life', () => {
  expect(daemonMessageFault({ type: 'alive' })).toBeUndefined();
});
