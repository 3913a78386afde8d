// Clients that stay: connected, perhaps greeted, and ready to talk at any time.
import type { Socket } from 'node:net';
import { clientAddress, clientSocket } from './clients.ts';
import { until } from './wait.ts';

export interface HeldClient {
  readonly socket: Socket;
  /** This end, as `127.0.1.1:40000`; empty before it is connected. */
  readonly end: string;
  /** The target that greeted it. */
  readonly target: string | undefined;
  /** Why the connection is over: the system's code, or `ended`. */
  readonly over: string | undefined;
  /** Says something, and waits until it comes back. @throws {Error} when it doesn't */
  talk(text: string): Promise<void>;
}

/** A client of its own address, not connected yet. */
export function heldClient(port: number, n: number): HeldClient {
  const socket = clientSocket(port, clientAddress(n)).setEncoding('latin1');
  let end = '';
  let heard = '';
  let over: string | undefined;
  socket.on('connect', () => {
    end = `${socket.localAddress}:${socket.localPort}`;
  });
  socket.on('data', (text) => {
    heard += text;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    over ??= error.code;
  });
  socket.on('end', () => {
    over ??= 'ended';
  });
  return {
    socket,
    get end() {
      return end;
    },
    get target() {
      return heard.includes('\n') ? heard.slice(0, heard.indexOf('\n')) : undefined;
    },
    get over() {
      return over;
    },
    async talk(text) {
      socket.write(`${text}\n`);
      await until(`${text} to come back to ${end}`, () => {
        if (over !== undefined) throw new Error(`the connection of ${end} is over: ${over}`);
        return heard.endsWith(`${text}\n`);
      });
    },
  };
}

/** Clients that are connected; whether anybody has accepted them is another question. */
export async function connectedClients(port: number, count: number, first = 0): Promise<HeldClient[]> {
  const clients = Array.from({ length: count }, (_, n) => heldClient(port, first + n));
  await until(`${count} clients to be connected`, () => {
    const failed = clients.find(({ over }) => over !== undefined);
    if (failed) throw new Error(`a client was not connected: ${failed.over}`);
    return clients.every(({ end }) => end !== '');
  });
  return clients;
}

/** Waits until all of these have been greeted. @throws {Error} when one of them can't be */
export async function allGreeted(clients: readonly HeldClient[]): Promise<void> {
  await until(`${clients.length} clients to be greeted`, () => {
    const failed = clients.find(({ over, target }) => over !== undefined && target === undefined);
    if (failed) throw new Error(`the connection of ${failed.end} is over before its greeting: ${failed.over}`);
    return clients.every(({ target }) => target !== undefined);
  });
}
