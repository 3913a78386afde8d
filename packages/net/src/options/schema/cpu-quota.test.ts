// The CPU quota, in played trees of files, and how it bounds the number of CPUs.
import { describe, expect, it } from 'vitest';
import { cpuQuota } from './cpu-quota.ts';
import { usableCpus } from './usable-cpus.ts';

type Files = Readonly<Record<string, string>>;

const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n';
const V1 =
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n';
const HYBRID = `${V1}41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n`;

const readerOf = (files: Files) => (path: string) => files[path];

/** @param files of the hierarchy, by their path below the folder where it is mounted */
function quota(group: string, mounts: string, folder: string, files: Files): number | undefined {
  const below = Object.entries(files).map(([path, text]) => [`${folder}${path}`, text]);
  const tree = { '/proc/self/cgroup': group, '/proc/self/mountinfo': mounts, ...Object.fromEntries(below) };
  return cpuQuota(readerOf(tree));
}

const v2 = (group: string, files: Files, mounts = V2) => quota(`0::${group}\n`, mounts, '/sys/fs/cgroup', files);
const v1 = (group: string, files: Files, mounts = V1) =>
  quota(`4:cpu,cpuacct:${group}\n3:cpuset:/other\n`, mounts, '/sys/fs/cgroup/cpu,cpuacct', files);

describe('a quota of version 2', () => {
  it.each([
    ['its own', '/app', { '/app/cpu.max': '150000 100000\n' }, 1.5],
    ['of the root that a container sees', '/', { '/cpu.max': '50000 100000\n' }, 0.5],
    [
      'the least of its own and those above',
      '/a/b/c',
      { '/a/b/c/cpu.max': '400000 100000\n', '/a/cpu.max': '200000 100000\n' },
      2,
    ],
    ['its own, below a larger one', '/a/b', { '/a/b/cpu.max': '100000 50000\n', '/a/cpu.max': '300000 100000\n' }, 2],
    ['no bound', '/app', { '/app/cpu.max': 'max 100000\n', '/cpu.max': 'max 100000\n' }, undefined],
    [
      'of a parent of one without a bound',
      '/a/b',
      { '/a/b/cpu.max': 'max 100000\n', '/a/cpu.max': '100000 100000\n' },
      1,
    ],
    [
      "not another group's",
      '/app',
      { '/other/cpu.max': '100000 100000\n', '/ap/cpu.max': '100000 100000\n' },
      undefined,
    ],
    ['without files', '/app', {}, undefined],
  ])('is %s', (_what, group, files: Files, expected) => {
    expect(v2(group, files)).toBe(expected);
  });

  it.each(['', '\n', 'max', '100000', '100000 0', '0 100000', '-1 100000', 'x y', '1e5 100000', '9'.repeat(30)])(
    'is none in a file with %j',
    (text) => {
      expect(v2('/app', { '/app/cpu.max': text })).toBeUndefined();
    },
  );

  it('is found where only a part of the hierarchy is mounted', () => {
    const mounts = V2.replace(' / /sys', ' /docker/abc /sys');
    expect(v2('/docker/abc/app', { '/app/cpu.max': '200000 100000' }, mounts)).toBe(2);
    expect(v2('/docker/abc', { '/cpu.max': '100000 100000' }, mounts)).toBe(1);
    expect(v2('/docker/other', { '/cpu.max': '100000 100000' }, mounts)).toBeUndefined();
  });

  it('is seen above the root of a namespace where that is mounted, but not outside of it', () => {
    const above = V2.replace(' / /sys', ' /../.. /sys');
    expect(v2('/', { '/cpu.max': '300000 100000' }, above)).toBe(3);
    expect(v2('/../other', { '/cpu.max': '300000 100000' })).toBeUndefined();
  });

  it('is found at a mount point with a blank in its name, and at the root', () => {
    const blank = V2.replace('/sys/fs/cgroup', '/a\\040b');
    expect(quota('0::/app', blank, '/a b', { '/app/cpu.max': '100000 100000' })).toBe(1);
    expect(quota('0::/app', V2.replace('/sys/fs/cgroup', '/'), '', { '/app/cpu.max': '100000 100000' })).toBe(1);
  });
});

describe('a quota of version 1', () => {
  const files = (folder: string, quota: string, period = '100000\n'): Files => ({
    [`${folder}/cpu.cfs_quota_us`]: quota,
    [`${folder}/cpu.cfs_period_us`]: period,
  });

  it('is its own, or the least of those above', () => {
    expect(v1('/app', files('/app', '250000\n'))).toBe(2.5);
    expect(v1('/a/b', { ...files('/a/b', '250000\n'), ...files('/a', '100000\n') })).toBe(1);
    expect(v1('/', files('', '20000\n', '10000\n'))).toBe(2);
  });

  it.each(['-1\n', '0', '', 'max'])('is none for %j', (text) => {
    expect(v1('/app', files('/app', text))).toBeUndefined();
  });

  it('is none without a period', () => {
    expect(v1('/app', { '/app/cpu.cfs_quota_us': '100000' })).toBeUndefined();
  });

  it('is found beside version 2, which has no controller then', () => {
    const groups = '4:cpu,cpuacct:/app\n1:name=systemd:/app\n0::/app\n';
    expect(quota(groups, HYBRID, '/sys/fs/cgroup/cpu,cpuacct', files('/app', '100000'))).toBe(1);
  });

  it('is the one of the own container, as Docker mounts it', () => {
    expect(v1('/docker/abc', files('', '200000'), V1.replaceAll(' / /sys', ' /docker/abc /sys'))).toBe(2);
  });
});

it.each([
  ['no control groups', {}],
  [
    'files of nonsense',
    { '/proc/self/cgroup': '\0\n::\nx:y:z\n0:', '/proc/self/mountinfo': 'cgroup2\n - cgroup2 - \n' },
  ],
  ['groups, and no mounts', { '/proc/self/cgroup': '0::/app\n' }],
  ['mounts, and no groups', { '/proc/self/mountinfo': V2, '/sys/fs/cgroup/cpu.max': '100000 100000' }],
])('there is no quota with %s', (_what, files: Files) => {
  expect(cpuQuota(readerOf(files))).toBeUndefined();
});

describe('the usable CPUs', () => {
  const usable = (cpus: string, max: string) =>
    usableCpus(
      readerOf({
        '/proc/self/status': `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${cpus}\n`,
        '/proc/self/cgroup': '0::/\n',
        '/proc/self/mountinfo': V2,
        '/sys/fs/cgroup/cpu.max': max,
      }),
    );

  it.each([
    ['0-7', 'max 100000', 8],
    ['0', 'max 100000', 1],
    ['0-3,8,10-11', 'max 100000', 7],
    ['0-7', '200000 100000', 2],
    ['0-7', '210000 100000', 3],
    ['0-7', '10000 100000', 1],
    ['0-1', '800000 100000', 2],
  ])('of %s with %s are %i', (cpus, max, expected) => {
    expect(usable(cpus, max)).toBe(expected);
  });

  it('are at least one, also where nothing can be read', () => {
    expect(usableCpus(() => undefined)).toBeGreaterThanOrEqual(1);
  });
});
