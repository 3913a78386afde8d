// Clients with addresses of their own: all of 127.0.0.0/8 is this machine.
import { connect, type Socket } from 'node:net';
import { later } from './cleanup.ts';

/** The address of the nth client, from 127.0.1.1 on. */
export function clientAddress(n: number): string {
  return `127.0.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`;
}

/** A connection of a client. It is closed after the test. */
export function clientSocket(port: number, localAddress: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  socket.on('error', () => {});
  later(() => socket.destroy());
  return socket;
}

/** The name that the target says first. @throws {Error} with the system's code when the connection fails before */
export function targetName(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

/** Which target serves a client's new connection. The connection is closed again. */
export async function whoServes(port: number, localAddress: string): Promise<string> {
  const socket = clientSocket(port, localAddress);
  try {
    return await targetName(socket);
  } finally {
    socket.destroy();
  }
}
