// A balancer's end of the control socket. Mode 0600, in a folder of mode 0700: whoever may connect may command.
import { linkSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { CommandError } from '../../command-error.ts';
import { attempt, removeDeadSocket, tryLink } from '../dead-socket.ts';
import { makeControlFolder, ownSocketName, socketPath } from '../folder.ts';
import { findSupervisors } from '../supervisors.ts';
import { answer, refuse } from './answer.ts';
import { boundConnections } from './bound-connections.ts';
import type { ControlHandlers } from './handlers.ts';

/** ms that a request may take to arrive. */
const ARRIVAL = 10_000;

export interface ControlServer {
  readonly index: number;
  /** Whether its name was removed, or another socket has it. False where this process may not look, as after a change of user. */
  readonly isGone: boolean;
  close(): void;
}

/**
 * Makes the folder if need be, and a socket in it that is removed again.
 * @throws {CommandError} when `openControlServer` could not have one there
 */
export async function tryControlFolder(folder: string): Promise<void> {
  makeControlFolder(folder);
  const server = createServer();
  const ownName = join(folder, ownSocketName());
  const linked = join(folder, ownSocketName());
  await listen(server, ownName)
    .then(() => {
      linkSync(ownName, linked);
      unlinkSync(linked);
    })
    .catch((error: unknown) => {
      throw unfit(folder, error as Error);
    })
    // Its name goes with it.
    .finally(() => server.close());
}

/**
 * Takes the smallest free index and answers there; a balancer that is started again by its supervisor keeps the one it had.
 * @param handlers is given that index, once it is known
 * @param first the index that is tried first, if the supervisor has none
 */
export async function openControlServer(
  folder: string,
  handlers: (index: number) => ControlHandlers,
  supervisorPid?: number,
  first = 0,
): Promise<ControlServer> {
  makeControlFolder(folder);
  const server = createServer({ headersTimeout: ARRIVAL, requestTimeout: ARRIVAL, connectionsCheckingInterval: 1_000 });
  boundConnections(server);
  // Bound under a name of its own and then linked to its index: of two that want the same index, one link fails.
  const ownName = join(folder, ownSocketName());
  const index = await listen(server, ownName)
    .then(() => claimIndex(folder, ownName, supervisorPid, first))
    .catch((error: unknown) => {
      server.close();
      throw unfit(folder, error as Error);
    });
  attempt(() => unlinkSync(ownName));
  const path = socketPath(folder, index);
  const inode = inodeOf(path);
  const routes = handlers(index);
  server.on('request', (request, response) => void answer(routes, request, response));
  server.on('clientError', refuse);
  server.unref();
  return {
    index,
    get isGone() {
      const present = inodeOf(path);
      return present !== inode && present !== 'unknown';
    },
    close() {
      server.close();
      server.closeAllConnections();
      // After the change of user this may fail; the next balancer finds nobody there and removes it.
      if (inodeOf(path) === inode) attempt(() => unlinkSync(path));
    },
  };
}

function inodeOf(path: string): number | 'unknown' | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.ino;
  } catch {
    return 'unknown';
  }
}

async function claimIndex(
  folder: string,
  ownName: string,
  supervisorPid: number | undefined,
  first: number,
): Promise<number> {
  const supervisors = findSupervisors(folder);
  const isReserved = (index: number) => supervisors.some((one) => one.index === index && one.pid !== supervisorPid);
  for (let index = supervisors.find(({ pid }) => pid === supervisorPid)?.index ?? first; ; ) {
    const path = socketPath(folder, index);
    if (isReserved(index)) index += 1;
    else if (tryLink(ownName, path)) return index;
    else if (!(await removeDeadSocket(path))) index += 1;
  }
}

function unfit(folder: string, { message }: Error): CommandError {
  const why = `The folder ${folder} cannot hold control sockets: ${message}.`;
  return new CommandError(`${why} Set LOADBALANCER_RUNTIME_DIR to a folder of yours.`);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Mode 0600 from the beginning: a client that connects before a chmod stays connected after it.
    const mask = process.umask(0o177);
    // Where this process was started by another program's cluster, that one would be asked to listen in its place.
    server.listen({ path, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
    process.umask(mask);
  });
}
