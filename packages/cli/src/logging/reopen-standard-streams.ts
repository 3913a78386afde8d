// The standard output and standard error of a primary, and so of its workers: where they lead to, as long as the primary may choose.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { loadLibc } from '@lb/net/internal';

/** Never waits for a reader. */
const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/**
 * Gives this process descriptions of its own of the pipes and terminals that its standard output and standard error lead to: the
 * flag for not waiting would otherwise hold for the process that started it, too. A file keeps its description and is appended to:
 * with one of its own, what the starting shell writes next would overwrite the log. Does nothing without the binding to libc.
 */
export function reopenStandardStreams(): void {
  const libc = loadLibc();
  if (libc instanceof Error) return;
  for (const fd of [1, 2]) {
    if (fstatSync(fd, { bigint: true }).isFile()) {
      libc.appending(fd);
      continue;
    }
    const own = reopened(fd);
    if (own !== undefined) lead([fd], own);
  }
}

/**
 * Leads standard output and standard error to where another process of this user's writes its log, so that it goes on when that
 * process has died. Does nothing where that can't be: without the binding to libc, outside Linux, or for a pipe without a reader.
 */
export function joinLogOf(pid: number): void {
  try {
    lead([1, 2], openSync(`/proc/${pid}/fd/1`, FLAGS | constants.O_APPEND));
  } catch {}
}

/** Puts a descriptor in the place of others, and closes it. @throws {Error} without the binding to libc */
function lead(fds: readonly number[], to: number): void {
  try {
    const libc = loadLibc();
    if (libc instanceof Error) throw libc;
    const dup2 = libc.koffi.load(null).func('int dup2(int, int)');
    for (const fd of fds) libc.check(dup2(to, fd), 'dup2');
  } finally {
    closeSync(to);
  }
}

/** Absent for a socket, and for a pipe that belongs to another user. */
function reopened(fd: number): number | undefined {
  // After `su`, the terminal belongs to another user, but everyone may open the terminal of their own process by its name.
  for (const path of [`/proc/self/fd/${fd}`, ...(isatty(fd) ? ['/dev/tty'] : [])]) {
    try {
      return openSync(path, FLAGS);
    } catch {}
  }
  return undefined;
}
