import { describe, expect, it } from 'vitest';
import { resolveOptions } from './resolve.ts';

const least = { sourcePort: 80, targets: [{ host: 'app', port: 8000 }] };
const resolved = (more: object) => resolveOptions({ ...least, ...more });

describe('null, "" and 0 meant the default', () => {
  it.each([
    ['balancerCount', 'the default, the number of usable CPUs'],
    ['targetDeactivationDuration', 'the default, 60000 ms'],
    ['sessionExpiry', 'the default, 30000 ms'],
    ['sessionExpiryInterval', 'the default, 1000 ms'],
    ['downgradeToUser', 'none'],
    ['balancerControllerPath', 'none'],
  ])('%s', (name, meaning) => {
    for (const nothing of [null, '', 0, false, '0']) {
      const { options, notices } = resolved({ [name]: nothing });
      expect(options).toEqual(resolved({}).options);
      expect(notices).toEqual([`${name} is ${JSON.stringify(nothing)}; taken for ${meaning}.`]);
    }
  });

  it('but not for a port to listen on', () => {
    expect(resolved({ sourcePort: 0 })).toMatchObject({ options: { sourcePort: 0 }, notices: [] });
    for (const nothing of [null, '', false]) expect(() => resolved({ sourcePort: nothing })).toThrow('sourcePort is');
  });

  it('for stickiness, 0 said no', () => {
    const stickiness = (given: unknown) => {
      const { options, notices } = resolved({ stickiness: given });
      return [options.stickiness, ...notices];
    };
    expect(stickiness(null)).toEqual([true, 'stickiness is null; taken for the default, true.']);
    expect(stickiness('')).toEqual([true, 'stickiness is ""; taken for the default, true.']);
    expect(stickiness(0)).toEqual([false, 'stickiness is 0; taken for false.']);
    expect(stickiness(1)).toEqual([true, 'stickiness is 1; taken for true.']);
    expect(stickiness(false)).toEqual([false]);
  });
});

describe('digits were taken for the number', () => {
  it.each(['sourcePort', 'balancerCount', 'targetDeactivationDuration', 'sessionExpiry', 'sessionExpiryInterval'])(
    '%s',
    (name) => {
      const { options, notices } = resolved({ [name]: '90' });
      expect(options).toHaveProperty(name, 90);
      expect(notices).toEqual([`${name} is "90"; taken for 90.`]);
      for (const text of ['9 0', '-9', '9.5', '0x9', 'nine']) expect(() => resolved({ [name]: text })).toThrow(text);
    },
  );

  it("a target's port", () => {
    const { options, notices } = resolved({ targets: [{ host: 'app', port: '8000' }] });
    expect(options.targets).toEqual([{ host: 'app', port: 8000, weight: 1 }]);
    expect(notices).toEqual(['targets[0].port is "8000"; taken for 8000.']);
  });
});

describe('targets', () => {
  it('a target without a host was on this machine', () => {
    const { options, notices } = resolved({ targets: [{ port: 1 }, { host: null, port: 2 }, { host: '', port: 3 }] });
    expect(options.targets.map((target) => 'host' in target && target.host)).toEqual(Array(3).fill('localhost'));
    expect(notices).toEqual([
      'targets[0].host is missing; taken for localhost.',
      'targets[1].host is null; taken for localhost.',
      'targets[2].host is ""; taken for localhost.',
    ]);
  });

  it('a target twice in the list has twice the share', () => {
    const targets = [
      { host: 'app', port: 1 },
      { path: '/x', weight: 3 },
      { host: 'APP', port: 1 },
      { host: '::ffff:10.0.0.1', port: 2 },
      { host: '10.0.0.1', port: 2, weight: 4 },
      { path: '/x' },
    ];
    const { options, notices } = resolved({ targets });
    expect(options.targets).toEqual([
      { host: 'app', port: 1, weight: 2 },
      { path: '/x', weight: 4 },
      { host: '::ffff:10.0.0.1', port: 2, weight: 5 },
    ]);
    expect(notices).toEqual([
      'targets[2] is app:1 again, like targets[0]; taken for one target of weight 2.',
      'targets[4] is 10.0.0.1:2 again, like targets[3]; taken for one target of weight 5.',
      'targets[5] is unix:/x again, like targets[1]; taken for one target of weight 4.',
    ]);
  });

  it('weights have the same bound together', () => {
    const heavy = { host: 'app', port: 1, weight: 600 };
    expect(() => resolved({ targets: [heavy, heavy] })).toThrow(
      'targets[1] is app:1 again, like targets[0]; expected weights of at most 1000 together.',
    );
  });
});

it('accepts and ignores what has no meaning any more, and says why', () => {
  expect(resolved({ schedulingPolicy: 2, maxBufferSize: null }).notices).toEqual([
    'schedulingPolicy is accepted but ignored: the operating system spreads connections over the processes.',
    'maxBufferSize is accepted but ignored: a client is read only once its target is connected, so nothing is buffered before.',
  ]);
});

it.each([
  'sourceHost',
  'maxSessions',
  'hashSeed',
  'clientKey',
  'downgradeToGroup',
  'admitTimeout',
  'connectTimeout',
  'connectBudget',
  'idleTimeout',
  'halfCloseTimeout',
  'shutdownTimeout',
])('shows no such leniency for %s, which is new', (name) => {
  for (const value of [null, '']) expect(() => resolved({ [name]: value })).toThrow(name);
});

it('runs the configs of 0.9.26 unchanged', () => {
  const sample = {
    sourcePort: 80,
    balancerCount: 1,
    targetDeactivationDuration: 30_000,
    balancerControllerPath: '../balancer.js',
    stickiness: true,
    targets: [{ host: 'localhost', port: 8000 }],
  };
  expect(resolveOptions(sample, { configDir: '/srv/lb/conf' })).toMatchObject({
    options: {
      ...sample,
      balancerControllerPath: '/srv/lb/balancer.js',
      targets: [{ ...sample.targets[0], weight: 1 }],
    },
    notices: [],
  });
});
