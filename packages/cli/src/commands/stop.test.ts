// `stop` of a balancer whose primary ends just as it is asked, and of one in another container.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { startOf } from '../control/process-start.ts';
import type { ControlServer } from '../control/server/server.ts';
import { addSupervisor } from '../control/supervisors.ts';
import { main } from '../program.ts';
import { openTestControl } from '../testing/control.ts';
import { statusDocument } from '../testing/documents.ts';
import { setEnvironment, temporaryFolder } from '../testing/folder.ts';

function someProcess() {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Some process in the place of a supervisor. */
function playedSupervisor(folder: string, primaryPid?: number) {
  const child = someProcess();
  const pid = child.pid as number;
  addSupervisor(folder, {
    index: 0,
    configPath: '/etc/lb/config.json',
    logPath: '/var/log/lb.log',
    state: 'restarting',
    primaryPid,
  });
  const path = join(folder, '0.supervisor');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), pid, start: startOf(pid) }));
  return { pid, ended: once(child, 'exit') };
}

it('ends the supervisor, which would start another primary', async () => {
  const folder = temporaryFolder();
  setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
  const { pid, ended } = playedSupervisor(folder);
  const status = statusDocument({ supervisorPid: pid, pid, workers: [], connections: 0, shutdownTimeoutMs: 0 });
  let control: ControlServer | undefined;
  const stop = async () => {
    control?.close();
    throw new Error('nobody hears of this');
  };
  control = await openTestControl(folder, { status: async () => status, stop }, pid);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  await main(['node', 'loadbalancer', 'stop', '0']);
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(log.mock.calls).toEqual([['Stopped balancer 0']]);
});

it('names a primary that hangs', async () => {
  const folder = temporaryFolder();
  setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
  const { pid: primary = 0 } = someProcess();
  const { ended } = playedSupervisor(folder, primary);
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const error = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => {
    vi.restoreAllMocks();
    process.exitCode = 0;
  });
  const stopping = main(['node', 'loadbalancer', 'stop', '0']);
  await ended;
  // Long after it should have ended.
  const now = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(now + 60_000);
  await stopping;
  expect(log.mock.calls).toEqual([]);
  expect(error.mock.calls.flat().join()).toContain(
    `Balancer 0 has not ended: its primary (pid ${primary}) does not respond, and process ${primary} is still there. "kill -9 ${primary}" ends it.`,
  );
});

it('neither waits for nor names pids of another container', async () => {
  const folder = temporaryFolder();
  setEnvironment('LOADBALANCER_RUNTIME_DIR', folder);
  const stranger = process.pid;
  const status = statusDocument({ pid: stranger, pidNamespace: 'pid:[1]', workers: [], connections: 0 });
  const control = await openTestControl(folder, {
    status: async () => status,
    stop: async () => {
      setImmediate(() => control.close());
      return { version: 1, pids: [stranger, 1] };
    },
  });
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  await main(['node', 'loadbalancer', 'stop', '0']);
  expect(log.mock.calls).toEqual([['Stopped balancer 0']]);
});
