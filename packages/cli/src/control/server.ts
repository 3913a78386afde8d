// A balancer's end of the control socket. Mode 0600, in a folder of mode 0700: whoever may connect may command.
import { chmodSync, linkSync, unlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { CommandError } from '../command-error.ts';
import { answer, refuse } from './answer.ts';
import { boundConnections } from './bound-connections.ts';
import { attempt, removeDeadSocket } from './dead-socket.ts';
import { makeControlFolder, ownSocketName, socketPath } from './folder.ts';
import type { ControlHandlers } from './handlers.ts';

/** ms that a request may take to arrive. */
const ARRIVAL = 10_000;

export interface ControlServer {
  readonly index: number;
  close(): void;
}

/** Takes the smallest free index and answers there. `handlers` is given that index, once it is known. */
export async function openControlServer(
  folder: string,
  handlers: (index: number) => ControlHandlers,
): Promise<ControlServer> {
  makeControlFolder(folder);
  const server = createServer({ headersTimeout: ARRIVAL, requestTimeout: ARRIVAL, connectionsCheckingInterval: 1_000 });
  boundConnections(server);
  // Bound under a name of its own and then linked to its index: of two that want the same index, one link fails.
  const ownName = join(folder, ownSocketName());
  const index = await listen(server, ownName)
    .then(() => claimIndex(folder, ownName))
    .catch((error: unknown) => {
      server.close();
      const why = `The folder ${folder} cannot hold control sockets: ${(error as Error).message}.`;
      throw new CommandError(`${why} Set LOADBALANCER_RUNTIME_DIR to a folder of yours.`);
    });
  attempt(() => unlinkSync(ownName));
  const routes = handlers(index);
  server.on('request', (request, response) => void answer(routes, request, response));
  server.on('clientError', refuse);
  server.unref();
  return {
    index,
    close() {
      server.close();
      server.closeAllConnections();
      // After the change of user this may fail; the next balancer finds nobody there and removes it.
      attempt(() => unlinkSync(socketPath(folder, index)));
    },
  };
}

async function claimIndex(folder: string, ownName: string): Promise<number> {
  chmodSync(ownName, 0o600);
  for (let index = 0; ; ) {
    const path = socketPath(folder, index);
    if (tryLink(ownName, path)) return index;
    if (!(await removeDeadSocket(path))) index += 1;
  }
}

/** @returns false when there is something of that name already; whatever else fails would fail again */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
