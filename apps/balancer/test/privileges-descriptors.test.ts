// As root: what the caller of a command has open, such as a shell's lock file, stays out of the reach of the balancer's processes, and what
// the primary has open out of that of its workers.
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { describeAsRoot } from './support/root.ts';
import { until } from './support/wait.ts';

const CONFIG = {
  ...{ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets: [{ host: '127.0.0.1', port: 9 }] },
  downgradeToUser: 'nobody',
};

describeAsRoot((installed) => {
  /** A place in which each command is started with a file open. */
  async function place() {
    const { node = process.execPath, bin } = installed();
    const folder = installed().place();
    const script = join(folder, 'with-lock.sh');
    const locked = await host({ folder, node: '/bin/bash', bin: script });
    const path = join(folder, 'lock');
    await locked.write('with-lock.sh', `exec 200>>'${path}'\nexec '${node}' '${bin}' "$@"\n`);
    return { locked, path };
  }

  it('start leaves them out of all of its processes', async () => {
    const { locked, path } = await place();
    const { pid, supervisorPid, workers } = await locked.start(CONFIG);
    for (const one of [supervisorPid, pid, workers[0]?.pid]) expect(filesOf(one as number)).not.toContain(path);
  });

  it('the files of the state are open in the primary alone', async () => {
    const { locked } = await place();
    const { pid, supervisorPid, workers } = await locked.start(CONFIG);
    const open = [supervisorPid, pid, workers[0]?.pid].map((one) => filesOf(one as number));
    expect(open.map((files) => files.filter((path) => path.endsWith('.state')).length)).toEqual([0, 2, 0]);
  });

  it('run leaves them out of its workers', async () => {
    const { locked, path } = await place();
    await locked.write('config.json', CONFIG);
    locked.spawn('run');
    const [status] = await until('the balancer', async () => {
      const running = await locked.list();
      return running[0]?.workers[0]?.state === 'ready' && running;
    });
    expect(filesOf(status?.workers[0]?.pid as number)).not.toContain(path);
  });
});

function filesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
}
