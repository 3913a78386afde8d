// As root: what a controller finds in the environment is the new user's, and nothing leads to the session of who started it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { describeAsRoot, NOBODY } from './support/root.ts';
import { signal } from './support/runtime-processes.ts';
import { until } from './support/wait.ts';

const FOREIGN = {
  SUDO_USER: 'admin',
  SSH_AUTH_SOCK: '/tmp/agent',
  XDG_RUNTIME_DIR: '/run/user/0',
  NOTIFY_SOCKET: '@notify',
  LISTEN_FDS: '1',
  WATCHDOG_USEC: '1000',
};
const ROOTS = { HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/bash' };
const CONTROLLER = `
  const { writeFileSync } = require('node:fs');
  module.exports.run = () => writeFileSync(process.env.SEEN + process.pid, JSON.stringify(process.env));
`;

describeAsRoot((installed) => {
  it("gives workers the new user's environment, also a worker that replaces another", async () => {
    const folder = installed().place(NOBODY);
    const env = { ...FOREIGN, ...ROOTS, SEEN: join(folder, 'seen-'), OF_THE_SITE: 'kept' };
    const place = await host({ ...installed(), folder, env });
    await place.write('controller.js', CONTROLLER);
    const balancer = await place.start({
      ...{ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets: TARGETS },
      ...{ downgradeToUser: 'nobody', balancerControllerPath: 'controller.js' },
    });
    const first = balancer.workers[0]?.pid as number;
    signal(first, 'SIGKILL');
    const second = await until('the worker to be replaced', async () => {
      const [worker] = (await place.list())[0]?.workers ?? [];
      return worker?.state === 'ready' && worker.pid !== first && worker.pid;
    });

    const [, , , , , home, shell] = execFileSync('getent', ['passwd', 'nobody'], { encoding: 'utf8' })
      .trim()
      .split(':');
    const own = { HOME: home, USER: 'nobody', LOGNAME: 'nobody', SHELL: shell, OF_THE_SITE: 'kept' };
    for (const environment of [seenBy(first), seenBy(second), startedWith(second)]) {
      expect(environment).toMatchObject(own);
      for (const name of Object.keys(FOREIGN)) expect(environment).not.toHaveProperty(name);
    }
    expect(await place.command('stop')).toMatchObject({ code: 0, stderr: '' });

    function seenBy(pid: number): object {
      return JSON.parse(readFileSync(`${env.SEEN}${pid}`, 'utf8'));
    }
  });
});

const TARGETS = [{ host: '127.0.0.1', port: 9 }];

/** The environment of a process as the kernel has it from its start. */
function startedWith(pid: number): object {
  const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}
