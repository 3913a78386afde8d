// The few things that both sides of a connection need of a `net.Socket`.
import type { Socket } from 'node:net';

/** ms of silence before the kernel asks whether the other side is still there. */
export const KEEP_ALIVE_DELAY = 60_000;

/** Ends a socket with RST. libuv refuses while a FIN of ours waits behind unsent bytes; then it is closed as it is. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  socket.on('error', ignore);
  socket.resetAndDestroy();
  socket.destroy();
}

export function ignore(): void {}
