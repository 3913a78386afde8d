// `stop` of a balancer that runs in a PID namespace of its own, as in a container, and shares the runtime folder.
import { expect, it } from 'vitest';
import { BIN } from './support/balancer.ts';
import { ended, later, spawned } from './support/cleanup.ts';
import { currentStatus } from './support/control-socket.ts';
import { host } from './support/host.ts';
import { until } from './support/wait.ts';

const CAN_SEPARATE = process.platform === 'linux' && process.getuid?.() === 0;

it.runIf(CAN_SEPARATE)('waits until it has ended, and names no pid of this side', async () => {
  const place = await host();
  const targets = [{ host: '127.0.0.1', port: 9 }];
  await place.write('config.json', { sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets });
  const apart = ['--pid', '--fork', '--mount-proc', '--kill-child', process.execPath, BIN, 'run'];
  const env = { ...process.env, LOADBALANCER_RUNTIME_DIR: place.runtime };
  const container = spawned('unshare', apart, { cwd: place.folder, env, stdio: 'ignore' });
  later(() => ended(container, 'SIGKILL'));
  const status = await until('the balancer to run', () => currentStatus(place.runtime));
  expect(status.pid).toBe(1);
  const stopped = await place.command('stop');
  expect(stopped).toEqual({ code: 0, stdout: 'Stopped balancer 0\n', stderr: '' });
  await until('the container to end', () => container.exitCode !== null);
  expect(place.sockets()).toEqual([]);
});
