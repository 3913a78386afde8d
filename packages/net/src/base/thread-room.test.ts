// How many threads there is room for, in played trees of files.
import { expect, it } from 'vitest';
import { threadRoom } from './thread-room.ts';

const V2 = {
  '/proc/self/cgroup': '0::/a/b\n',
  '/proc/self/mountinfo': '30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n',
};
const V1 = {
  '/proc/self/cgroup': '8:pids:/a\n4:cpu:/b\n',
  '/proc/self/mountinfo': '32 31 0:29 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n',
};
const limits = (soft: number | string) => ({
  '/proc/self/limits': `Max cpu time  unlimited unlimited seconds\nMax processes             ${soft}  200000  processes\n`,
});
const process = (uid: number, threads: number) => `Name:\tx\nUid:\t${uid}\t0\t0\t0\nThreads:\t${threads}\n`;

function room(files: Readonly<Record<string, string>>, uid = 1000): number | undefined {
  const pids = Object.keys(files).flatMap((path) => /^\/proc\/(\d+)\/status$/.exec(path)?.[1] ?? []);
  return threadRoom(
    (path) => files[path],
    uid,
    () => pids,
  );
}

it.each([
  ['nothing is limited', { ...limits('unlimited') }, undefined],
  ['nothing can be read', {}, undefined],
  ['the group has no limit', { ...V2, '/sys/fs/cgroup/a/b/pids.max': 'max\n' }, undefined],
  [
    'the group above has less room',
    {
      ...V2,
      '/sys/fs/cgroup/a/b/pids.max': '100\n',
      '/sys/fs/cgroup/a/b/pids.current': '10\n',
      '/sys/fs/cgroup/a/pids.max': '100\n',
      '/sys/fs/cgroup/a/pids.current': '70\n',
    },
    30,
  ],
  [
    'the hierarchy is of version 1',
    { ...V1, '/sys/fs/cgroup/pids/a/pids.max': '64', '/sys/fs/cgroup/pids/a/pids.current': '60' },
    4,
  ],
  ['the user has some', { ...limits(60), '/proc/1/status': process(0, 9), '/proc/7/status': process(1000, 20) }, 40],
  ['the user has too many', { ...limits(10), '/proc/7/status': process(1000, 20) }, 0],
  ["the user's limit is high", { ...limits(60_000), '/proc/7/status': process(1000, 20) }, undefined],
])('when %s', (_, files: Readonly<Record<string, string>>, expected) => {
  expect(room(files)).toBe(expected);
});

it('root has no limit of its own', () => {
  expect(room({ ...limits(10), '/proc/7/status': process(0, 20) }, 0)).toBeUndefined();
});
