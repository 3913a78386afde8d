// Ending a socket on which nothing moves. Node's own time-out of a socket holds 24.8 days at most; a longer one is waited for in parts.
import type { Socket } from 'node:net';
import { LONGEST_TIMER } from '../long-timers.ts';

/** Calls back once no byte has moved for `timeout` ms. A later call takes the place of this one. */
export function setQuietTimeout(socket: Socket, timeout: number, expired: () => void): void {
  socket.removeAllListeners('timeout');
  socket.on('timeout', timeout > LONGEST_TIMER ? inParts(socket, timeout, expired) : expired);
  socket.setTimeout(Math.min(timeout, LONGEST_TIMER));
}

/** Answers Node's time-outs, each of which says that a part has passed without a byte. */
function inParts(socket: Socket, timeout: number, expired: () => void): () => void {
  let part = LONGEST_TIMER;
  let left = timeout - part;
  let moved = socket.bytesRead + socket.bytesWritten;
  return () => {
    const movedNow = socket.bytesRead + socket.bytesWritten;
    if (movedNow !== moved) left = timeout - part;
    moved = movedNow;
    if (left <= 0) return expired();
    part = Math.min(left, LONGEST_TIMER);
    left -= part;
    socket.setTimeout(part);
  };
}
