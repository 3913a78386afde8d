import { expect, it } from 'vitest';
import { resolveOptions, splitOptions } from '../../options/index.ts';
import { PROTOCOL_VERSION, type WorkerInit } from '../protocol/messages.ts';
import { initIn } from './primary-link.ts';

const options = splitOptions(resolveOptions({ sourcePort: 80, targets: [{ host: 'app', port: 8000 }] }).options);
const init: WorkerInit = { index: 0, options, endpoints: [], listeners: [], shared: undefined, identity: undefined };

it('takes what a primary of the same version has a worker begin with', () => {
  expect(initIn({ type: 'init', version: PROTOCOL_VERSION, init })).toBe(init);
});

it.each([PROTOCOL_VERSION + 1, undefined])('refuses a primary of version %s, whatever else it says', (version) => {
  const refusal = { code: 'UPGRADED', message: expect.stringMatching(/upgraded on disk: restart the balancer/) };
  expect(() => initIn({ type: 'init', version, begin: 'anew' })).toThrow(expect.objectContaining(refusal));
});

it.each([undefined, { type: 'serve', listeners: [] }, { type: 'init', version: PROTOCOL_VERSION }])(
  'refuses a beginning that is none: %j',
  (first) => {
    expect(() => initIn(first)).toThrow(expect.objectContaining({ code: 'MALFORMED_MESSAGE' }));
  },
);
