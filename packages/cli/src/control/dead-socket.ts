// Sockets that were left behind by balancers that are gone: telling them from those of live ones, and removing them.
import { linkSync, renameSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';

/** Removes a socket file if nobody answers on it. @returns whether the name is free now */
export async function removeDeadSocket(path: string): Promise<boolean> {
  if (await isAnswered(path)) return false;
  // Between the question and the removal a new balancer may have taken the name. What is moved aside is asked once more.
  const aside = `${path}.${process.pid}.dead`;
  if (!attempt(() => renameSync(path, aside))) return true;
  const alive = await isAnswered(aside);
  if (alive) attempt(() => linkSync(aside, path));
  attempt(() => unlinkSync(aside));
  return !alive;
}

function isAnswered(path: string): Promise<boolean> {
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
