import { join } from 'node:path';
import { inspect } from 'node:util';
import type { TargetOptions } from '@lb/core';
import { describe, expect, it } from 'vitest';
import { parseTargets } from './parse-targets.ts';
import { OptionsError } from './problems/options-error.ts';
import { resolveOptions } from './resolve.ts';
import { usableCpus } from './schema/usable-cpus.ts';
import { maskSecrets } from './secrets.ts';
import type { BalancerOptions, ResolvedTarget } from './types.ts';

const least = { sourcePort: 80, targets: [{ host: 'app', port: 8000 }] } as const satisfies BalancerOptions;

const options = (more: object) => resolveOptions({ ...least, ...more }).options;
const isRefused = (more: object) => {
  try {
    resolveOptions({ ...least, ...more });
    return false;
  } catch (error) {
    expect(error).toBeInstanceOf(OptionsError);
    return true;
  }
};

describe('defaults', () => {
  it('fills in every option', () => {
    expect(resolveOptions(least)).toEqual({
      options: {
        sourcePort: 80,
        sourceHost: '::',
        balancerCount: usableCpus(),
        targets: [{ host: 'app', port: 8000, weight: 1 }],
        dns: { interval: 30_000 },
        sessionExpiry: 30_000,
        sessionExpiryInterval: 1000,
        maxSessions: 1_000_000,
        stickiness: true,
        clientKey: { ipv4Prefix: 32, ipv6Prefix: 64 },
        proxyProtocolCrc32c: false,
        proxyProtocolUniqueId: false,
        proxyProtocolTlvs: 'off',
        maxConnections: 0,
        maxConnectionsPerClient: 0,
        transparent: false,
        admitTimeout: 10_000,
        connectTimeout: 5000,
        connectBudget: 15_000,
        idleTimeout: 0,
        halfCloseTimeout: 30_000,
        shutdownTimeout: 10_000,
        drainTimeout: 0,
        workerTimeout: 10_000,
        watchConfig: false,
        controlSocket: true,
        engine: 'auto',
      },
      notices: [],
    });
  });

  it('takes an undefined option as absent', () => {
    expect(options({ sessionExpiry: undefined, clientKey: undefined, hashSeed: undefined })).toEqual(options({}));
  });

  it('listens on the IPv4 address that an IPv4-mapped one means', () => {
    expect(options({ sourceHost: '::ffff:127.0.0.1' }).sourceHost).toBe('127.0.0.1');
    expect(options({ sourceHost: '::FFFF:7f00:1' }).sourceHost).toBe('127.0.0.1');
    expect(options({ sourceHost: 'fe80::1%eth0' }).sourceHost).toBe('fe80::1%eth0');
  });

  it('fills in one prefix beside the other', () => {
    expect(options({ clientKey: { ipv6Prefix: 56 } }).clientKey).toEqual({ ipv4Prefix: 32, ipv6Prefix: 56 });
  });
});

describe('bounds', () => {
  const longest = 100 * 24 * 60 * 60 * 1000;
  it.each([
    ['sourcePort', 0, 65_535],
    ['maxSessions', 1, 16_000_000],
    ['admitTimeout', 1, longest],
    ['connectTimeout', 1, longest],
    ['connectBudget', 1, longest],
    ['idleTimeout', 0, longest],
    ['halfCloseTimeout', 0, longest],
    ['shutdownTimeout', 0, longest],
    ['drainTimeout', 0, longest],
    ['workerTimeout', 0, longest],
    ['downgradeToUser', 1, 2 ** 32 - 2],
  ])('%s goes from %d to %d', (name, lowest, highest) => {
    expect(options({ [name]: lowest })).toHaveProperty(name, lowest);
    expect(options({ [name]: highest })).toHaveProperty(name, highest);
    expect(isRefused({ [name]: highest + 1 })).toBe(true);
    expect(isRefused({ [name]: -1 })).toBe(true);
    expect(isRefused({ [name]: lowest + 0.5 })).toBe(true);
    expect(isRefused({ [name]: Number.NaN })).toBe(true);
    expect(isRefused({ [name]: true })).toBe(true);
  });

  it.each(['maxSessions', 'admitTimeout', 'connectTimeout', 'connectBudget'])('%s is at least 1', (name) => {
    expect(isRefused({ [name]: 0 })).toBe(true);
  });

  it.each([
    ['clientKey', [{}, { ipv4Prefix: 1 }, { ipv6Prefix: 128 }], [{ ipv4Prefix: 33 }, { ipv6Prefix: 0 }, [], 'x']],
    [
      'dns',
      [{}, { interval: 1_000 }, { interval: 86_400_000 }],
      [{ interval: 999 }, { interval: 86_400_001 }, 5, null],
    ],
    [
      'sourceHost',
      ['0.0.0.0', '::1', 'fe80::1%eth0', '::ffff:127.0.0.1'],
      ['localhost', '', '1.2.3', '[::1]', 'fe80::1', null],
    ],
    ['hashSeed', ['x', 'x'.repeat(1024)], ['', 'x'.repeat(1025), 5, null]],
    ['stickiness', [true, false], [[], {}]],
    ['balancerCount', [1, 1024], [1025, -1, true, []]],
    ['downgradeToUser', ['www-data', 'a.b$', '1000'], ['a:b', '4294967295', -1, 'a\nb', {}]],
    ['balancerControllerPath', ['../balancer.js'], ['a\0b', 7]],
    ['$schema', ['./config.schema.json'], [1]],
  ])('%s takes what it should', (name, good, bad) => {
    for (const value of good) expect(isRefused({ [name]: value }), inspect(value)).toBe(false);
    for (const value of bad) expect(isRefused({ [name]: value }), inspect(value)).toBe(true);
  });

  it.each([
    [true, { host: 'a', port: 1 }],
    [true, { host: 'fe80::1%eth0', port: 65_535, weight: 1000 }],
    [true, { host: 'fec0::1', port: 1 }],
    [false, { host: 'fe80::1', port: 1 }],
    [false, { host: 'FEBF::1', port: 1 }],
    [true, { path: '/run/app.sock', weight: 0.001 }],
    [false, { host: 'a', port: 0 }],
    [false, { host: 'a', port: 65_536 }],
    [false, { host: 'a b', port: 1 }],
    [false, { host: 'a:1', port: 1 }],
    [false, { host: 'a', port: 1, weight: 0 }],
    [false, { host: 'a', port: 1, weight: 1000.5 }],
    [false, { path: 'run/app.sock' }],
    [false, { path: `/${'x'.repeat(107)}` }],
    [true, { path: `/${'é'.repeat(53)}` }],
    [false, { path: `/${'é'.repeat(54)}` }],
    [false, {}],
    [false, 'a:1'],
  ])('accepts a target or not (%s): %j', (accepted, target) => {
    expect(isRefused({ targets: [target] })).toBe(!accepted);
  });
});

describe('resolving', () => {
  it("puts a controller's path into the config's folder", () => {
    const context = { configDir: join('/etc', 'lb', 'conf') };
    const at = (path: string) => resolveOptions({ ...least, balancerControllerPath: path }, context).options;
    expect(at('../balancer.js').balancerControllerPath).toBe('/etc/lb/balancer.js');
    expect(at('/opt/balancer.js').balancerControllerPath).toBe('/opt/balancer.js');
    expect(options({ balancerControllerPath: 'b.js' }).balancerControllerPath).toBe(join(process.cwd(), 'b.js'));
  });

  it('takes digits for a uid or gid without a word', () => {
    const { options, notices } = resolveOptions({ ...least, downgradeToUser: '1000', downgradeToGroup: '0' });
    expect(options).toMatchObject({ downgradeToUser: 1000, downgradeToGroup: 0 });
    expect(notices).toEqual([]);
  });

  it('leaves out what is only accepted', () => {
    expect(options({ $schema: 'x', schedulingPolicy: 1, maxBufferSize: 1 })).toEqual(options({}));
  });

  it('returns what cannot be changed, and changes nothing given', () => {
    const given = { ...least, targets: [{ host: 'a', port: 1 }] };
    const { options } = resolveOptions(given);
    expect(given).toEqual({ sourcePort: 80, targets: [{ host: 'a', port: 1 }] });
    expect(Object.isFrozen(options) && Object.isFrozen(options.targets[0])).toBe(true);
  });

  it('notices a timeout that cannot be reached', () => {
    expect(resolveOptions({ ...least, connectTimeout: 20_000 }).notices).toEqual([
      'connectTimeout is 20000 ms, but connectBudget ends all attempts after 15000 ms; the shorter one counts.',
    ]);
  });

  it('notices a user who is root', () => {
    const notices = (downgradeToUser: string) => resolveOptions({ ...least, downgradeToUser }).notices;
    expect(notices('root')).toEqual([expect.stringContaining('keeps the rights of root')]);
    expect(notices('nobody')).toEqual([]);
  });

  it('notices a header that is waited for longer than admitTimeout, and TLVs that never come', () => {
    const acceptProxyProtocol = { trustedProxies: ['10.0.0.1'], required: false };
    const notices = (more: object) => resolveOptions({ ...least, ...more }).notices;
    expect(notices({ acceptProxyProtocol, admitTimeout: 3_000 })).toEqual([
      'acceptProxyProtocol.headerTimeout is 3000 ms, but admitTimeout closes a silent connection after 3000 ms, before it can be taken for that of a direct client; make admitTimeout longer.',
    ]);
    expect(notices({ acceptProxyProtocol, admitTimeout: 3_001 })).toEqual([]);
    expect(notices({ acceptProxyProtocol: { trustedProxies: ['10.0.0.1'] }, admitTimeout: 1 })).toEqual([]);
    expect(notices({ proxyProtocolTlvs: 'pass' })).toEqual([
      'proxyProtocolTlvs is "pass", but without acceptProxyProtocol no header is read, so there is nothing to pass on.',
    ]);
    expect(notices({ proxyProtocolTlvs: 'pass', acceptProxyProtocol })).toEqual([]);
  });

  it('gives targets as core takes them', () => {
    const targets: readonly TargetOptions[] = options({}).targets;
    expect(targets).toHaveLength(1);
  });
});

describe('secrets', () => {
  const secret = options({ hashSeed: 'hush' });

  it('are masked where options are printed', () => {
    expect(maskSecrets(secret)).toEqual({ ...secret, hashSeed: '(not shown)' });
    expect(inspect(secret)).not.toContain('hush');
    expect(inspect({ nested: [secret] }, { depth: 5 })).not.toContain('hush');
    expect(maskSecrets(options({}))).toEqual(options({}));
  });

  it('reach another process whole', () => {
    expect(JSON.parse(JSON.stringify(secret))).toEqual({ ...secret });
  });
});

describe('parseTargets', () => {
  it('fills in weights and merges', () => {
    expect(parseTargets([{ host: 'a', port: 1 }, { path: '/x' }, { host: 'A', port: '1' }])).toEqual([
      { host: 'a', port: 1, weight: 2 },
      { path: '/x', weight: 1 },
    ] satisfies ResolvedTarget[]);
  });

  it('refuses what a config would not be accepted with', () => {
    expect(() => parseTargets(undefined)).toThrow('targets is missing');
    expect(() => parseTargets([{ host: '::1', port: 80 }], { sourceHost: '::', sourcePort: 80 })).toThrow(
      'itself listens',
    );
  });
});
