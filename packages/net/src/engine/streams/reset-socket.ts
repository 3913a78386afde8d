// The few things that both sides of a connection need of a `net.Socket`.
import type { Socket } from 'node:net';

/** Ends a socket with RST; one of the unix domain, which knows none, as it can. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  socket.on('error', ignore);
  // libuv refuses to reset while our FIN is on its way, and Node then forgets the socket without closing it.
  const finIsOnItsWay = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (finIsOnItsWay) socket.once('finish', () => resetNow(socket));
  else resetNow(socket);
}

function resetNow(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy(); // not a TCP socket
  }
}

export function ignore(): void {}
