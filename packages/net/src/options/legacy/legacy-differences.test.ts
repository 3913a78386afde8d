// What LoadBalancer.js 0.9.26 started with, whether or not it then served anybody, and what is refused here all the same. The
// README has the same list; what was taken for something else is in legacy.test.ts.
import { expect, it } from 'vitest';
import { OptionsError } from '../problems/options-error.ts';
import { resolveOptions } from '../resolve.ts';

const target = { host: 'localhost', port: 8000 };
const least = { sourcePort: 80, targets: [target] };
const withTarget = (more: object): object => ({ ...least, targets: [target, { ...target, ...more }] });

/** Each with the option that the error names, and what 0.9.26 did with it. */
const REFUSED: readonly (readonly [did: string, config: object, option: string])[] = [
  ['ignored an unknown option', { ...least, '//': 'ours' }, '["//"]'],
  ['ignored an option that came later', { ...least, idleTimeout: 'never' }, 'idleTimeout'],
  ['ignored an unknown option of a target', withTarget({ name: 'a' }), 'targets[1].name'],
  ['ignored an option of a target that came later', withTarget({ weight: 'heavy' }), 'targets[1].weight'],
  ['ignored the path beside host and port', withTarget({ path: '/run/app.sock' }), 'targets[1].path'],
  ["listened on a port of the system's choice", { targets: [target] }, 'sourcePort'],
  ["listened on a port of the system's choice", { ...least, sourcePort: null }, 'sourcePort'],
  ['listened on a unix-domain socket', { ...least, sourcePort: '/run/lb.sock' }, 'sourcePort'],
  ['listened as the object says', { ...least, sourcePort: { port: 80, host: '127.0.0.1' } }, 'sourcePort'],
  ['started one process', { ...least, balancerCount: true }, 'balancerCount'],
  ['started as many', { ...least, balancerCount: 5_000 }, 'balancerCount'],
  ['waited 1 ms', { ...least, targetDeactivationDuration: '1m' }, 'targetDeactivationDuration'],
  ['waited 1 ms', { ...least, sessionExpiryInterval: {} }, 'sessionExpiryInterval'],
  ['never let a session expire', { ...least, sessionExpiry: '30s' }, 'sessionExpiry'],
  ['was sticky', { ...least, stickiness: {} }, 'stickiness'],
  ['left the targets to the controller', { ...least, targets: [] }, 'targets'],
  ['failed at each connection', { ...least, targets: target }, 'targets'],
  ['failed at each connection of some clients', { ...least, targets: [target, 'localhost:8001'] }, 'targets[1]'],
  ['failed at each connection of some clients', withTarget({ port: null }), 'targets[1].port'],
  ['failed at each connection of some clients', withTarget({ port: 70_000 }), 'targets[1].port'],
  ['found it down', withTarget({ port: 0 }), 'targets[1].port'],
  ['connected to a socket in the working directory', withTarget({ port: 'app.sock' }), 'targets[1].port'],
  ['failed at each connection of some clients', withTarget({ host: 'fe80::6' }), 'targets[1].host'],
  ['did not resolve it', withTarget({ host: 'tcp://app' }), 'targets[1].host'],
  ['did not resolve it', withTarget({ host: '[::1]' }), 'targets[1].host'],
  ['did not resolve it', withTarget({ host: 'app:8001' }), 'targets[1].host'],
  ['did not resolve it', withTarget({ host: ' app' }), 'targets[1].host'],
  ['connected to localhost', withTarget({ host: 5 }), 'targets[1].host'],
  ['connected to itself, in circles', withTarget({ port: 80 }), 'targets[1]'],
];

it.each(REFUSED)('0.9.26 %s: %j is refused', (_did, config, option) => {
  let error: unknown;
  try {
    resolveOptions(config);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(OptionsError);
  expect((error as OptionsError).problems.map(({ path }) => path)).toEqual([option]);
});

const TAKEN: readonly object[] = [
  withTarget({ host: 'LOCALHOST' }),
  withTarget({ host: 'app.' }),
  withTarget({ host: '127.1' }),
  withTarget({ host: '0x7f.1' }),
  withTarget({ host: '::1%lo' }),
  withTarget({ host: '::ffff:127.0.0.1' }),
  withTarget({ host: 'app_1' }),
  { ...least, balancerControllerPath: '../no ending' },
  { ...least, schedulingPolicy: 'none', maxBufferSize: -1 },
];

it.each(TAKEN)('%j is taken as it was', (config) => {
  expect(() => resolveOptions(config)).not.toThrow();
});
