import { describe, expect, it } from 'vitest';
import { resolveOptions } from '../resolve.ts';

const least = { sourcePort: 80, targets: [{ host: 'app', port: 8000 }] };
const resolved = (more: object) => resolveOptions({ ...least, ...more });

describe('null, "" and 0 meant the default', () => {
  it.each([
    ['balancerCount', 'the default, the number of usable CPUs'],
    ['targetDeactivationDuration', 'the default, 1000, and 60000 for `deactivateTarget`'],
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
    expect(stickiness('yes')).toEqual([true, 'stickiness is "yes"; taken for true.']);
    expect(stickiness('false')).toEqual([true, 'stickiness is "false"; taken for true.']);
  });
});

describe('digits were taken for the number', () => {
  it.each(['sourcePort', 'balancerCount', 'targetDeactivationDuration', 'sessionExpiry', 'sessionExpiryInterval'])(
    '%s',
    (name) => {
      const { options, notices } = resolved({ [name]: '90' });
      expect(options).toHaveProperty(name, 90);
      expect(notices).toEqual([`${name} is "90"; taken for 90.`]);
      for (const text of [' 90 ', '0x5a', '90.0', '9e1']) {
        expect(resolved({ [name]: text })).toMatchObject({
          options: { [name]: 90 },
          notices: [`${name} is "${text}"; taken for 90.`],
        });
      }
      for (const text of ['9 0', 'nine', '9s', ' ']) expect(() => resolved({ [name]: text })).toThrow(name);
    },
  );

  it("a target's port", () => {
    const { options, notices } = resolved({ targets: [{ host: 'app', port: '8000' }] });
    expect(options.targets).toEqual([{ host: 'app', port: 8000, weight: 1 }]);
    expect(notices).toEqual(['targets[0].port is "8000"; taken for 8000.']);
  });
});

describe('numbers had no bounds', () => {
  const longest = 8_640_000_000;

  it.each(['targetDeactivationDuration', 'sessionExpiry', 'sessionExpiryInterval'])('%s', (name) => {
    const given: [unknown, number][] = [
      [1_000.5, 1_001],
      ['1000.4', 1_000],
      [0.2, 1],
      [-5, 1],
      ['-5', 1],
      [1e12, longest],
    ];
    for (const [value, taken] of given) {
      const { options, notices } = resolved({ [name]: value });
      expect(options).toHaveProperty(name, taken);
      expect(notices).toEqual([`${name} is ${JSON.stringify(value)}; taken for ${taken}.`]);
    }
    expect(resolved({ [name]: longest }).notices).toEqual([]);
    for (const value of [true, {}, [], 'x']) expect(() => resolved({ [name]: value })).toThrow(name);
  });

  it('half a balancer process was one more', () => {
    for (const value of [1.5, '1.5', 2]) expect(resolved({ balancerCount: value }).options.balancerCount).toBe(2);
    for (const value of [-1, 5_000, true]) expect(() => resolved({ balancerCount: value })).toThrow('balancerCount is');
  });
});

describe('targets', () => {
  it('a port that is the path of a socket led there, whatever the host', () => {
    const socket = '/run/app.sock';
    const { options, notices } = resolved({ targets: [{ host: 'app', port: socket }, { port: socket }] });
    expect(options.targets).toEqual([{ path: socket, weight: 2 }]);
    expect(notices.slice(0, 2)).toEqual([
      'targets[0].port is "/run/app.sock"; taken for path, a unix-domain socket.',
      'targets[1].port is "/run/app.sock"; taken for path, a unix-domain socket.',
    ]);
    expect(() => resolved({ targets: [{ port: 'app.sock' }] })).toThrow('targets[0].port is "app.sock"');
  });

  it('a target without a host was on this machine', () => {
    const { options, notices } = resolved({
      targets: [{ port: 1 }, { host: null, port: 2 }, { host: '', port: 3 }, { host: false, port: 4 }],
    });
    expect(options.targets.map((target) => 'host' in target && target.host)).toEqual(Array(4).fill('localhost'));
    expect(notices).toEqual([
      'targets[0].host is missing; taken for localhost.',
      'targets[1].host is null; taken for localhost.',
      'targets[2].host is ""; taken for localhost.',
      'targets[3].host is false; taken for localhost.',
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
