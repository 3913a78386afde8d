import { expect, it } from 'vitest';
import { DAEMON_PROTOCOL_VERSION, refuseOtherVersion } from './daemon-messages.ts';

it('takes a supervisor of the same version, and refuses another one', () => {
  expect(refuseOtherVersion(`${DAEMON_PROTOCOL_VERSION}`)).toBeUndefined();
  for (const version of [`${DAEMON_PROTOCOL_VERSION + 1}`, '/etc/config.json', undefined]) {
    const refusal = { code: 'UPGRADED', message: expect.stringMatching(/upgraded on disk: start the balancer again/) };
    expect(() => refuseOtherVersion(version)).toThrow(expect.objectContaining(refusal));
  }
});
