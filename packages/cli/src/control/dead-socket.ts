// Sockets that were left behind by balancers that are gone: telling them from those of live ones, and removing them.
import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** Removes a socket file if nobody answers on it. Nothing else is removed. @returns whether the name is free now */
export async function removeDeadSocket(path: string): Promise<boolean> {
  const asked = identityOf(path);
  if (asked === undefined) return true;
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return false;
  if (await isAnswered(path)) return false;
  // Meanwhile others may have removed it and a new balancer have taken the name: nothing is removed but what was asked.
  const present = identityOf(path);
  if (present !== asked) return present === undefined;
  const aside = `${path}.${randomBytes(6).toString('hex')}.dead`;
  if (!attempt(() => renameSync(path, aside))) return identityOf(path) === undefined;
  const isSame = identityOf(aside) === asked;
  if (!isSame) attempt(() => linkSync(aside, path));
  attempt(() => unlinkSync(aside));
  return isSame;
}

/** What tells a file from another one that has its name later. A number of a file may be used again; a time is not. */
function identityOf(path: string): string | undefined {
  const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return stat && `${stat.dev} ${stat.ino} ${stat.mtimeNs}`;
}

export function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(!isNobody(error)));
  });
}

/** Whether an error means that nobody listens on a socket, or that it is gone. */
export function isNobody(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ECONNREFUSED' || code === 'ENOENT';
}

/** Does it, unless somebody else was quicker or it isn't ours to do. */
export function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (['ENOENT', 'EEXIST', 'EACCES', 'EPERM', 'EROFS'].includes(code)) return false;
    throw error;
  }
}

/** @returns false when there is something of that name already; whatever else fails would fail again */
export function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
