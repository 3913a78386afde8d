// A primary that hangs: the commands name it, and `stop` ends the balancer through its supervisor.
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { pause } from './support/processes.ts';

it('is named, and ended with its workers', async () => {
  const place = await host();
  const targets = [{ host: '127.0.0.1', port: 9 }];
  const config = {
    sourcePort: await lastingPort(),
    sourceHost: '127.0.0.1',
    balancerCount: 1,
    shutdownTimeout: 0,
    targets,
  };
  const { pid, supervisorPid } = await place.start(config);
  await pause(pid);
  const listed = await place.command('list');
  expect(listed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining(`its primary (pid ${pid}) may be stuck`),
  });
  const stdout = `Balancer 0 does not answer; its supervisor (pid ${supervisorPid}) ends it\nStopped balancer 0\n`;
  expect(await place.command('stop')).toEqual({ code: 0, stdout, stderr: '' });
  expect(place.processes()).toEqual([]);
  expect(place.sockets()).toEqual([]);
});
