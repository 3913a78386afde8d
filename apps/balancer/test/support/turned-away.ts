// How a client's connection ends when no target serves it.
import type { Socket } from 'node:net';
import { clientSocket } from './clients.ts';

/**
 * Connects, sends at once, and ends its side when the other side has. @returns `end` for a clean FIN, the system's code for
 * a reset, or what a target says first
 */
export function outcome(port: number, localAddress: string, sends = 'GET / HTTP/1.1\r\n\r\n'): Promise<string> {
  const socket = clientSocket(port, localAddress);
  socket.write(sends);
  return outcomeOf(socket);
}

/** As `outcome`, of a connection from which nothing has been read yet. */
export function outcomeOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let ended = false;
    socket.on('data', (chunk) => {
      resolve(chunk.toString('latin1').split('\n', 1)[0] as string);
      socket.destroy();
    });
    socket.on('end', () => {
      ended = true;
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve(ended ? 'end' : 'closed'));
    socket.resume();
  });
}
