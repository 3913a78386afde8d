// Ending a socket on which nothing moves. Node's own time-out of a socket holds 24.8 days at most; a longer one is waited for in parts.
import type { Socket } from 'node:net';
import { LONGEST_TIMER } from '../../base/long-timers.ts';

/** Calls back once no byte has moved for `timeout` ms. A later call takes the place of this one. */
export function setQuietTimeout(socket: Socket, timeout: number, expired: () => void): void {
  const caughtUp = unlessMoved(socket, expired);
  socket.removeAllListeners('timeout');
  socket.on('timeout', timeout > LONGEST_TIMER ? inParts(socket, timeout, caughtUp) : caughtUp);
  socket.setTimeout(Math.min(timeout, LONGEST_TIMER));
}

/** Bytes that came while the loop was busy are read after the timers: they count. */
function unlessMoved(socket: Socket, expired: () => void): () => void {
  return () => {
    const [timeouts, moved] = [socket.listeners('timeout')[0], socket.bytesRead + socket.bytesWritten];
    setImmediate(() => {
      const isSame = socket.listeners('timeout')[0] === timeouts;
      if (isSame && socket.bytesRead + socket.bytesWritten === moved) expired();
    });
  };
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
