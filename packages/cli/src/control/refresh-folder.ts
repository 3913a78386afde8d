// Keeps the folder of the control sockets from ageing: systemd-tmpfiles and its like remove what nobody has touched for days from the
// temporary folder. Done by each process that may, once an hour.
import { lutimesSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkControlFolder } from './folder.ts';

/** ms between two times that a process refreshes the folder, and looks whether what it has there is still there. */
export const REFRESH = 3_600_000;

/** Gives the folder and all that is in it the present time. Where this process may not, as after a change of user, nothing happens. */
export function refreshFolder(folder: string): void {
  try {
    if (!checkControlFolder(folder)) return;
    const now = new Date();
    for (const path of [folder, ...readdirSync(folder).map((name) => join(folder, name))]) {
      // One of another process may be removed meanwhile.
      try {
        lutimesSync(path, now, now);
      } catch {}
    }
  } catch {}
}
