// Servers and clients on `node:net`, for tests of the whole balancer.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { later } from './cleanup.ts';

export interface NamedServer {
  readonly port: number;
  /** Connections that are open now. */
  readonly connections: ReadonlySet<Socket>;
  /** Connections that there have been. */
  readonly accepted: number;
  close(): void;
}

/** A server that says its name, then what it hears. */
export async function namedServer(name: string, host = '127.0.0.1', port = 0): Promise<NamedServer> {
  const connections = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    connections.add(socket);
    accepted += 1;
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
    socket.write(`${name}\n`);
    socket.pipe(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const close = (): void => {
    server.close();
    for (const socket of connections) socket.destroy();
  };
  later(close);
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    close,
    get accepted() {
      return accepted;
    },
  };
}

export function client(port: number, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress, allowHalfOpen: true });
  socket.on('error', () => {});
  later(() => socket.destroy());
  return socket;
}

/** The first line that comes. @throws {Error} with the system's code, or at an end without a line */
export function firstLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
    socket.on('error', reject);
    socket.on('end', () => reject(new Error('it ended')));
  });
}
