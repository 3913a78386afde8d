// The supervisors of one user's balancers: each leaves a file `<index>.supervisor` beside the control socket, so that a balancer
// is found also while it has no primary that answers.
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, removeDeadSocket, tryLink } from './dead-socket.ts';
import { listNumbered, socketPath } from './folder.ts';
import { pidNamespace } from './pid-namespace.ts';
import { startOf } from './process-start.ts';

const STATES = ['starting', 'restarting', 'stopping'] as const;

export interface Supervisor {
  readonly index: number;
  readonly pid: number;
  readonly configPath: string;
  readonly logPath: string;
  /** What it does while no primary answers. */
  readonly state: (typeof STATES)[number];
  /** That of its last primary. Absent before the first one has said it. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Absent between two primaries. */
  readonly primaryPid?: number | undefined;
}

/** What the file says: the supervisor, and which process is meant by its pid. */
interface SupervisorFile extends Omit<Supervisor, 'index'> {
  readonly version: 1;
  readonly start: string;
  readonly boot: string;
  /** Containers that share the folder have pids of their own. */
  readonly pidNamespace: string;
}

type About = Omit<Supervisor, 'pid'>;

/**
 * Says that this process is the supervisor of a balancer, and takes the smallest index that no other one has.
 * @throws {Error} of the system
 */
export async function claimSupervisor(folder: string, about: Omit<About, 'index'>): Promise<number> {
  findSupervisors(folder); // removes what was left behind
  const own = writeOwn(folder, about);
  try {
    for (let index = 0; ; index += 1) {
      if ((await removeDeadSocket(socketPath(folder, index))) && tryLink(own, pathOf(folder, index))) return index;
    }
  } finally {
    attempt(() => unlinkSync(own));
  }
}

/** Says something else of this process, or that it has another index. @throws {Error} of the system, or since the index is another one's */
export function addSupervisor(folder: string, { index, ...about }: About): void {
  const other = findSupervisors(folder).find((one) => one.index === index && one.pid !== process.pid);
  if (other) throw new Error(`the index ${index} is that of another balancer, with the supervisor ${other.pid}`);
  renameSync(writeOwn(folder, about), pathOf(folder, index));
}

/** @returns the path of a file that has a name of its own for now */
function writeOwn(folder: string, about: Omit<About, 'index'>): string {
  const { pid } = process;
  const file: SupervisorFile = { version: 1, pid, start: startOf(pid) ?? '', ...here(), ...about };
  const own = join(folder, `.${randomBytes(6).toString('hex')}.supervisor`);
  try {
    writeFileSync(own, `${JSON.stringify(file)}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    attempt(() => unlinkSync(own)); // where the file system is full, an empty file would be left
    throw error;
  }
  return own;
}

/** Takes back what this process has said. */
export function removeSupervisor(folder: string, index: number): void {
  const file = read(pathOf(folder, index));
  if (file?.pid === process.pid && !isElsewhere(file)) remove(folder, index);
}

/** Those that run, in order of their index. The files of those that have ended are removed. */
export function findSupervisors(folder: string): Supervisor[] {
  return listNumbered(folder, 'supervisor', (entry) => entry.isFile()).flatMap((index) => {
    const file = read(pathOf(folder, index));
    if (file === undefined || isElsewhere(file)) return [];
    const { pid, configPath, logPath, state, shutdownTimeoutMs, primaryPid } = file;
    const supervisor = { index, pid, configPath, logPath, state, shutdownTimeoutMs, primaryPid };
    if (isRunning(file)) return [supervisor];
    remove(folder, index);
    return [];
  });
}

/**
 * Asks a supervisor to end its balancer. No other process that has its pid by now is asked.
 * @returns whether it was there @throws {Error} of the system when this user may not
 */
export function endSupervisor(folder: string, { index, pid }: Supervisor): boolean {
  if (!findSupervisors(folder).some((one) => one.index === index && one.pid === pid)) return false;
  try {
    return process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

function remove(folder: string, index: number): void {
  attempt(() => unlinkSync(pathOf(folder, index)));
}

function pathOf(folder: string, index: number): string {
  return join(folder, `${index}.supervisor`);
}

function isRunning({ pid, start, boot }: SupervisorFile): boolean {
  return boot === here().boot && startOf(pid) === start;
}

/** Whether this process can't tell, since the pid is another container's. */
function isElsewhere({ boot, pidNamespace }: SupervisorFile): boolean {
  return boot === here().boot && pidNamespace !== here().pidNamespace;
}

function here(): Pick<SupervisorFile, 'boot' | 'pidNamespace'> {
  return { boot: bootId(), pidNamespace: pidNamespace() };
}

/** Empty where the system doesn't say: only Linux does. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

/** Undefined for what no supervisor has written. */
function read(path: string): SupervisorFile | undefined {
  try {
    const file = JSON.parse(readFileSync(path, 'utf8'));
    const texts = [file.start, file.boot, file.pidNamespace, file.configPath, file.logPath];
    const isWhole = Number.isSafeInteger(file.pid) && file.pid > 1 && texts.every((text) => typeof text === 'string');
    if (file.version !== 1 || !isWhole) return undefined;
    const state = STATES.find((one) => one === file.state) ?? 'restarting';
    const shutdownTimeoutMs = Number.isSafeInteger(file.shutdownTimeoutMs) ? file.shutdownTimeoutMs : undefined;
    const primaryPid = Number.isSafeInteger(file.primaryPid) ? file.primaryPid : undefined;
    return { ...file, state, shutdownTimeoutMs, primaryPid };
  } catch {
    return undefined;
  }
}
