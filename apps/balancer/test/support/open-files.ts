// How many files a process of this machine may have open.
import { existsSync, readFileSync } from 'node:fs';

/** Node raises its own limit to the most that it may, and so does each Node that is started from here. */
export const OPEN_FILES: number = limit();

/** 0 where the system doesn't tell. */
function limit(): number {
  if (!existsSync('/proc/self/limits')) return 0;
  const text = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1];
  return text === 'unlimited' ? Number.POSITIVE_INFINITY : Number(text);
}
