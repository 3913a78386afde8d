// The standard output and standard error of a primary, and so of its workers: opened anew, while the primary still may.
import { constants, openSync } from 'node:fs';
import { isatty } from 'node:tty';
import { loadLibc } from '@lb/net/internal';

/** Never waits for a reader. Appends to a file, since several processes write to it. */
const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_APPEND | constants.O_NOCTTY;

/**
 * Gives this process descriptions of its own of what its standard output and standard error lead to. The flags of the ones it
 * was started with are also those of whoever started it. Does nothing without the binding to libc.
 */
export function reopenStandardStreams(): void {
  const libc = loadLibc();
  if (libc instanceof Error) return;
  const dup2 = libc.koffi.load(null).func('int dup2(int, int)');
  for (const fd of [1, 2]) {
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
