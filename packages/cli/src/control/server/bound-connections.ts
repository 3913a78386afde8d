// Keeps the connections to a control socket from using up the primary's descriptors. Node ends a request that is slow to arrive, but
// not a connection on which none has begun.
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Far more than there are people and programs that ask at the same time. */
const MOST = 256;

/** Closes the oldest connection for one that is too many, so that whoever comes is answered. */
export function boundConnections(server: Server): void {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (open.size <= MOST) return;
    const [oldest] = open;
    oldest?.destroy();
  });
}
