// Looks after the folder of the control sockets once an hour, in the supervisor, which keeps the rights of whoever started it: a primary
// that has changed its user may not touch what is there.
import { existsSync } from 'node:fs';
import type { Log } from '@lb/net';
import { socketPath } from '../../control/folder.ts';
import { REFRESH, refreshFolder } from '../../control/refresh-folder.ts';

export interface KeptFolder {
  readonly folder: string;
  /** Leaves the supervisor's file there anew, and makes the folder if need be. */
  readonly beKnown: () => void;
  /** The index of the balancer and the pid of its primary, while that serves. */
  readonly serving: () => { readonly index: number; readonly pid: number | undefined } | undefined;
  readonly log: Log;
}

export function keepFolder({ folder, beKnown, serving, log }: KeptFolder): void {
  let looksWithout = 0;
  setInterval(() => {
    beKnown();
    refreshFolder(folder);
    const primary = serving();
    const path = primary && socketPath(folder, primary.index);
    looksWithout = path === undefined || existsSync(path) ? 0 : looksWithout + 1;
    // A primary that may look itself makes its socket again before the second look.
    if (looksWithout !== 2) return;
    log.error(
      { path, primaryPid: primary?.pid },
      `commands do not reach this balancer: its control socket ${path} was removed, and its primary cannot make it again; "kill -9 ${primary?.pid}" has another primary started that makes one`,
    );
  }, REFRESH).unref();
}
