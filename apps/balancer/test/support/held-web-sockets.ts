// WebSockets that stay open, and say what they are told to.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { later } from './cleanup.ts';
import { clientAddress } from './clients.ts';
import { until } from './wait.ts';

export interface HeldWebSocket {
  /** Why it is over: the system's code or the code of its close frame. */
  readonly over: string | undefined;
  /** Says something, and waits until it comes back. @throws {Error} when it doesn't */
  talk(text: string): Promise<void>;
  close(): void;
}

/** One from an address of its own. @throws {Error} when it can't be opened */
export async function heldWebSocket(port: number, n: number): Promise<HeldWebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { localAddress: clientAddress(n), perMessageDeflate: false });
  later(() => socket.terminate());
  let over: string | undefined;
  let heard = '';
  socket.on('message', (message) => {
    heard = String(message);
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    over ??= error.code ?? error.message;
  });
  socket.on('close', (code) => {
    over ??= String(code);
  });
  await once(socket, 'open');
  return {
    get over() {
      return over;
    },
    async talk(text) {
      socket.send(text);
      await until(`${text} to come back`, () => {
        if (over !== undefined) throw new Error(`the WebSocket is over: ${over}`);
        return heard === text;
      });
    },
    close: () => socket.close(),
  };
}
