// As root: the log belongs to root, and nothing that runs as another user can shorten it.
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { describeAsRoot } from './support/root.ts';
import { isGone, signal } from './support/runtime-processes.ts';
import { until } from './support/wait.ts';

/** Empties whatever it has open for writing, and says so on both of its streams. */
const CONTROLLER = `
  const fs = require('node:fs');
  module.exports.run = () => {
    for (const fd of fs.readdirSync('/proc/self/fd')) {
      try { fs.ftruncateSync(Number(fd)); } catch {}
      try { fs.truncateSync('/proc/self/fd/' + fd); } catch {}
    }
    console.log(JSON.stringify({ msg: 'from console.log' }));
    fs.writeSync(2, JSON.stringify({ msg: 'from descriptor 2' }) + '\\n');
  };
`;

describeAsRoot((installed) => {
  it('keeps the log of start from all but the supervisor, and in it what all of them say', async () => {
    const place = await host({ ...installed(), folder: installed().place() });
    await place.write('controller.js', CONTROLLER);
    await place.write('loadbalancer.out', '{"msg":"from before"}\n');
    const { pid, supervisorPid, workers } = await place.start({
      ...{ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets: [{ host: '127.0.0.1', port: 9 }] },
      ...{ downgradeToUser: 'nobody', balancerControllerPath: 'controller.js' },
    });
    const worker = workers[0]?.pid as number;
    const path = join(place.folder, 'loadbalancer.out');
    expect(filesOf(supervisorPid as number)).toContain(path);
    for (const one of [pid, worker]) expect(filesOf(one)).not.toContain(path);

    signal(pid, 'SIGKILL');
    await until('the worker to leave', () => isGone(worker));
    await until('the next primary', async () => (await place.list())[0]?.workers[0]?.state === 'ready');
    expect(await place.command('stop')).toMatchObject({ code: 0, stderr: '' });
    const said = (await place.log()).map(({ msg }) => msg);
    for (const message of ['from before', 'from console.log', 'from descriptor 2', 'stopped']) {
      expect(said).toContain(message);
    }
    expect(said.filter((message) => message.startsWith('the primary is gone'))).toHaveLength(1);
    expect(said.filter((message) => message.includes('accepts connections'))).toHaveLength(2);
  });
});

function filesOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
}
