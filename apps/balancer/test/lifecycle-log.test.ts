// The log of `run` in a file that the shell has opened: all processes append to it, also after it was shortened or renamed. And
// that of `start`, which goes on without the supervisor.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BIN } from './support/balancer.ts';
import { ended, spawned } from './support/cleanup.ts';
import { host } from './support/host.ts';
import { signal } from './support/runtime-processes.ts';
import { until } from './support/wait.ts';

it.runIf(process.platform === 'linux')('appends to a file that was not opened for appending', async () => {
  const place = await host();
  const targets = [{ host: '127.0.0.1', port: 9 }];
  await place.write('config.json', { sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets });
  const path = join(place.folder, 'log');
  const file = openSync(path, 'w');
  const child = spawned(process.execPath, [BIN, 'run'], {
    cwd: place.folder,
    env: { ...process.env, LOADBALANCER_RUNTIME_DIR: place.runtime },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  await until('the balancer to accept connections', () => readFileSync(path, 'utf8').includes('accepts connections'));
  truncateSync(path);
  renameSync(path, `${path}.1`);
  expect(await ended(child, 'SIGTERM')).toBe(0);
  const lines = readFileSync(`${path}.1`, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).msg).at(-1)).toBe('stopped');
});

it('keeps its lines where the shell writes to the same file', async () => {
  const place = await host();
  const targets = [{ host: '127.0.0.1', port: 9 }];
  await place.write('config.json', { sourcePort: 0, balancerControllerPath: 'missing.js', targets });
  execFileSync('sh', ['-c', '{ echo before; "$NODE" "$BIN" run || echo after; } > log 2>&1'], {
    cwd: place.folder,
    env: { ...process.env, NODE: process.execPath, BIN, LOADBALANCER_RUNTIME_DIR: place.runtime },
  });
  const lines = readFileSync(join(place.folder, 'log'), 'utf8').trimEnd().split('\n');
  expect(lines).toEqual(['before', expect.stringMatching(/^Error: .*missing\.js/), 'after']);
});

it('goes on under start when the supervisor is killed, for the primary and its workers', async () => {
  const place = await host();
  await place.write('controller.js', `module.exports.run = () => console.log('{"msg":"from a worker"}');`);
  const { supervisorPid, pid, workers } = await place.start({
    ...{ sourcePort: 0, sourceHost: '127.0.0.1', balancerCount: 1, targets: [{ host: '127.0.0.1', port: 9 }] },
    balancerControllerPath: 'controller.js',
  });
  const lines = async (msg: string) => (await place.log()).filter((line) => line.msg === msg).length;
  expect(await lines('from a worker')).toBe(1);
  signal(supervisorPid as number, 'SIGKILL');
  await until('the supervisor to be gone', () => !place.processes().includes(supervisorPid as number));
  signal(workers[0]?.pid as number, 'SIGKILL');
  await until('the line of the next worker', async () => (await lines('from a worker')) === 2);
  signal(pid, 'SIGTERM');
  await place.quiet();
  expect(await lines('stopped')).toBe(1);
});
