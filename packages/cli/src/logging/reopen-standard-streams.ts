// The standard output and standard error of a primary, and so of its workers: opened anew, while the primary still may.
import { constants, fstatSync, openSync } from 'node:fs';
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
  const dup2 = libc.koffi.load(null).func('int dup2(int, int)');
  for (const fd of [1, 2]) {
    if (fstatSync(fd, { bigint: true }).isFile()) {
      libc.appending(fd);
      continue;
    }
    const own = reopened(fd);
    if (own === undefined) continue;
    libc.check(dup2(own, fd), 'dup2');
    libc.close(own);
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
