// Which processes are taken for workers of a dead primary. The sessions are real, the processes in them are played.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import { killOrphans, orphansOf } from './orphans.ts';
import { processStat } from './process-stat.ts';

const WORKER = 'loadbalancer: worker 0';
const LOADING_WORKER = 'node /srv/dist/daemon/worker/worker-main.js';

it.runIf(process.platform === 'linux')(
  'finds workers without a parent in the session, and kills those alone',
  async () => {
    const supervisor = await session('loadbalancer: supervisor');
    const primary = await supervisor.child('loadbalancer: primary');
    const workers = [await primary.child(WORKER), await primary.child(LOADING_WORKER)].map(({ pid }) => pid);
    const { pid: helper } = await primary.child('a helper of a controller');
    expect(orphansOf(supervisor.pid)).toEqual([]);

    process.kill(primary.pid, 'SIGKILL');
    await vi.waitFor(() => expect(orphansOf(supervisor.pid).sort()).toEqual(workers.sort()));
    const other = await session('loadbalancer: supervisor');
    expect(orphansOf(other.pid)).toEqual([]);
    killOrphans(other.pid);
    expect(workers.map(processStat)).not.toContain(undefined);

    const next = await supervisor.child('loadbalancer: primary');
    const { pid: present } = await next.child(WORKER);
    killOrphans(supervisor.pid);
    await vi.waitFor(() => expect(workers.map(processStat)).toEqual([undefined, undefined]));
    for (const pid of [helper, next.pid, present]) expect(processStat(pid)).toBeDefined();
  },
);

it('knows where the module of a worker is', () => {
  expect(existsSync(new URL('../daemon/worker/worker-main.ts', import.meta.url))).toBe(true);
});

interface Played {
  readonly pid: number;
  /** Has it start another one with this title. */
  child(title: string): Promise<Played>;
}

/** What it is told is the pid of a process, and what to start there. Each passes on what concerns its descendants. */
const SCRIPT = `
const { spawn } = require('node:child_process');
const children = new Map();
process.title = process.argv[1];
process.on('message', ({ pid, title }) => {
  if (pid !== process.pid) return children.get(pid)?.send({ pid, title });
  const child = spawn(process.execPath, ['-e', process.argv[2], title, process.argv[2]], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  child.on('message', (message) => { children.set(message.pid, child); process.send(message); });
});
process.on('disconnect', () => {});
setInterval(() => {}, 1e9);
process.send({ pid: process.pid });
`;

/** A session of its own. */
async function session(title: string): Promise<Played> {
  const leader = spawn(process.execPath, ['-e', SCRIPT, title, SCRIPT], {
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  onTestFinished(() => void process.kill(-(leader.pid as number), 'SIGKILL'));
  return played(leader, await nextPid(leader));
}

function played(leader: ChildProcess, pid: number): Played {
  return {
    pid,
    async child(title) {
      const started = nextPid(leader);
      leader.send({ pid, title });
      return played(leader, await started);
    },
  };
}

async function nextPid(leader: ChildProcess): Promise<number> {
  const [{ pid }] = await once(leader, 'message');
  return pid;
}
