// The CPU quota of this process's control groups, such as a container's. Pure: what it reads, it is handed. It counts no CPUs
// of the machine. The formats are those of the kernel's cgroup-v2.rst.
import { groupFolders, type ReadText } from '../../base/control-groups.ts';

/**
 * How many CPUs' time the process may use, not rounded: the least quota of its groups and of all groups above that can be seen.
 * Undefined where there is no quota, and where control groups can't be read.
 */
export function cpuQuota(read: ReadText): number | undefined {
  const quotas = groupFolders('cpu', read)
    .map(({ version, folder }) => (version === 2 ? quotaOfV2 : quotaOfV1)(folder, read))
    .filter((quota) => quota !== undefined);
  return quotas.length === 0 ? undefined : Math.min(...quotas);
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
