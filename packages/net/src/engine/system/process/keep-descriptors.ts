// What this process was started with beyond its standard streams: a shell's lock file, say. No process that it starts has use for it,
// least of all one with fewer rights.
import { readdirSync } from 'node:fs';
import { loadLibc } from '../libc.ts';

/** Has the processes that this one starts from now on inherit nothing but what they are given. Does nothing without the binding to libc. */
export function keepDescriptors(): void {
  const libc = loadLibc();
  if (libc instanceof Error) return;
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    if (fd <= 2) continue;
    try {
      libc.closeOnExec(fd);
    } catch {} // the folder's own is closed by now
  }
}
