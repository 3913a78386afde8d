// The workers of an earlier primary: it has died, and they still serve its connections. Under `start` the supervisor has begun a
// session, which only its own descendants are in, so no stranger is taken for a worker, nor one that has an old pid. Runs in
// `stop`, in the supervisor and in the primary. Linux only: elsewhere none is found. A controller that sets the title of its process hides it.
import { readdirSync, readFileSync } from 'node:fs';
import { processStat } from './process-stat.ts';

/** The beginning of its title, or, while it loads, the end of its module's path. */
const WORKER = /^loadbalancer: worker|\/daemon\/worker\/worker-main\.js\0/;
const PRIMARY = /^loadbalancer: primary/;
const POLL = 100;
/** ms that a killed process may take to end. */
const KILL_PATIENCE = 5_000;

/** The pids of a supervisor's workers whose primary is dead. */
export function orphansOf(supervisorPid: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of allPids()) {
    const stat = processStat(pid);
    if (stat?.session === supervisorPid) parents.set(pid, stat.parent);
  }
  return [...parents].filter(([pid, parent]) => !parents.has(parent) && isWorker(pid)).map(([pid]) => pid);
}

/** Whether there is a worker in a session whose primary is dead. */
export function hasStrayWorkers(session: number): boolean {
  return allPids().some((pid) => {
    const stat = processStat(pid);
    return stat?.session === session && isWorker(pid) && !isPrimary(stat.parent);
  });
}

/** Kills them, with the connections that they have; not those of another user, where this one may not. */
export function killOrphans(supervisorPid: number): void {
  for (const pid of orphansOf(supervisorPid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}

/** Resolves when there is none: those that are left at the deadline, by `performance.now()`, are killed. One that nothing kills is not waited for much longer. */
export async function endOfOrphans(supervisorPid: number, deadline: number): Promise<void> {
  const last = Math.max(deadline, performance.now()) + KILL_PATIENCE;
  while (orphansOf(supervisorPid).length > 0 && performance.now() < last) {
    if (performance.now() >= deadline) killOrphans(supervisorPid);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

function allPids(): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

const isWorker = (pid: number): boolean => WORKER.test(commandOf(pid));
const isPrimary = (pid: number): boolean => PRIMARY.test(commandOf(pid));

/** Its title, where it has set one. Empty where it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
