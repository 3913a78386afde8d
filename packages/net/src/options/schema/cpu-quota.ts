// The CPU quota of this process's control groups, such as a container's. Pure: what it reads, it is handed. It counts no CPUs
// of the machine. The formats are those of cgroups(7), proc_pid_mountinfo(5) and the kernel's cgroup-v2.rst.

/** @returns a file's text; undefined where there is no such file, or it can't be read */
export type ReadText = (path: string) => string | undefined;

/**
 * How many CPUs' time the process may use, not rounded: the least quota of its groups and of all groups above that can be seen.
 * Undefined where there is no quota, and where control groups can't be read.
 */
export function cpuQuota(read: ReadText): number | undefined {
  const mounts = lines(read('/proc/self/mountinfo')).flatMap(cpuMount);
  let least: number | undefined;
  for (const line of lines(read('/proc/self/cgroup'))) {
    const [, id, controllers = '', group] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    const version = id === '0' && controllers === '' ? 2 : 1;
    if (version === 1 && !controllers.split(',').includes('cpu')) continue;
    for (const mount of mounts) {
      if (mount.version !== version) continue;
      for (const folder of foldersOf(group, mount)) {
        const quota = (version === 2 ? quotaOfV2 : quotaOfV1)(folder, read);
        if (quota !== undefined && !(quota >= (least ?? Infinity))) least = quota;
      }
    }
  }
  return least;
}

interface CpuMount {
  readonly version: 1 | 2;
  /** The group that is to be seen at `point`. */
  readonly root: string;
  readonly point: string;
}

/** The hierarchy that a line of mountinfo mounts, where it is one that may have CPU quotas. */
function cpuMount(line: string): CpuMount[] {
  const [left = '', right = ''] = line.split(' - ');
  const [root, point] = left.split(' ').slice(3, 5).map(unescaped);
  const [type, , options = ''] = right.split(' ');
  if (root === undefined || point === undefined) return [];
  if (type === 'cgroup2') return [{ version: 2, root, point }];
  return type === 'cgroup' && options.split(',').includes('cpu') ? [{ version: 1, root, point }] : [];
}

/** The folders of a group and of those above it, as far as a mount shows them. */
function foldersOf(group: string, { root, point }: CpuMount): string[] {
  const names = partsOf(group);
  const shown = partsOf(root);
  // From within a cgroup namespace, what is mounted from outside it has a root above "/": it shows groups above ours, and ours
  // in a folder whose name isn't known here.
  const isAbove = shown.length > 0 && shown.every((name) => name === '..');
  if (!isAbove && (names.includes('..') || !shown.every((name, at) => name === names[at]))) return [];
  const below = isAbove ? [] : names.slice(shown.length);
  const base = point === '/' ? '' : point;
  return Array.from({ length: below.length + 1 }, (_, count) => [base, ...below.slice(0, count)].join('/'));
}

function quotaOfV2(folder: string, read: ReadText): number | undefined {
  const [quota, period] = (read(`${folder}/cpu.max`) ?? '').trim().split(' ');
  return ratio(quota, period);
}

function quotaOfV1(folder: string, read: ReadText): number | undefined {
  return ratio(read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`));
}

/** Undefined where either is no positive number: `max` and -1 mean that there is no quota. */
function ratio(quota = '', period = ''): number | undefined {
  const isNumber = (text: string): boolean => /^[1-9]\d{0,18}$/.test(text.trim());
  return isNumber(quota) && isNumber(period) ? Number(quota) / Number(period) : undefined;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '');
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n');
}

/** Blanks, tabs, line feeds and backslashes of a path are written in octal. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
