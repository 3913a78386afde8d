// How many files a process of this machine may have open.
import { readFileSync } from 'node:fs';

/** Node raises its own limit to the most that it may, and so does each Node that is started from here. */
export const OPEN_FILES = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))?.[1]);
