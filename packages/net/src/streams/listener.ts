// Accepting with `node:net`. Accepted sockets are paused: their bytes wait in the kernel.
import { type AddressInfo, createServer } from 'node:net';
import type { Downstream, ListenAddress, Listener } from '../engine.ts';
import { StreamDownstream } from './downstream.ts';
import { KEEP_ALIVE_DELAY } from './socket.ts';

/** `listen` on an inherited descriptor sets the queue's length anew, so it is named here; the kernel cuts it to somaxconn. */
const BACKLOG = 65_535;

export function listen(at: ListenAddress, onConnection: (downstream: Downstream) => void): Promise<Listener> {
  const server = createServer(
    {
      allowHalfOpen: true,
      pauseOnConnect: true,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_DELAY,
    },
    (socket) => {
      const downstream = StreamDownstream.from(socket);
      if (downstream) onConnection(downstream);
    },
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...at, backlog: BACKLOG }, () => {
      server.off('error', reject);
      // A connection that failed while it was accepted concerns its client alone.
      server.on('error', () => {});
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => closeServer(server),
      });
    });
  });
}

/** `Server.close` calls back only when all connections have ended; a listener is closed as soon as its handle is. */
function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  server.close();
  return new Promise((resolve) => setImmediate(resolve));
}
