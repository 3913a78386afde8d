// The default of balancerCount in a control group with a CPU quota.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN, temporaryFolder } from './support/balancer.ts';
import { later } from './support/cleanup.ts';

/** Version 2 gives quotas only to groups whose parent has no process, so one can't be made as easily there. */
const ROOT_GROUP = '/sys/fs/cgroup/cpu';
const CAN_MAKE = process.getuid?.() === 0 && existsSync(join(ROOT_GROUP, 'cpu.cfs_quota_us'));

it.skipIf(!CAN_MAKE)(
  'the quota bounds how many processes there are (needs root and control groups of version 1)',
  async () => {
    const folder = await temporaryFolder();
    const config = { sourcePort: 8080, targets: [{ host: '127.0.0.1', port: 8000 }] };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
    const group = join(ROOT_GROUP, `lb-test-${process.pid}`);
    mkdirSync(group);
    later(() => rmdirSync(group));
    const period = 100_000;
    writeFileSync(join(group, 'cpu.cfs_period_us'), String(period));
    writeFileSync(join(group, 'cpu.cfs_quota_us'), String(0.6 * period));
    const check = ['-c', `echo $$ > ${group}/cgroup.procs && exec "$0" "$@"`, process.execPath, BIN, 'check'];
    expect(execFileSync('sh', check, { cwd: folder, encoding: 'utf8' })).toContain('with 1 process.');
  },
);
