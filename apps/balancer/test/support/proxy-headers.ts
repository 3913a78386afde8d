// Headers of the PROXY protocol between IPv4 addresses, written after its specification.
import { once } from 'node:events';
import type { Socket } from 'node:net';

export interface End {
  readonly host: string;
  readonly port: number;
}

/** What a client's socket knows of its own connection. To be asked before that may be over. */
export async function endsOf(socket: Socket): Promise<[source: End, destination: End]> {
  if (socket.connecting) await once(socket, 'connect');
  return [
    { host: socket.localAddress as string, port: socket.localPort as number },
    { host: socket.remoteAddress as string, port: socket.remotePort as number },
  ];
}

export function v1(source: End, destination: End): Buffer {
  return Buffer.from(`PROXY TCP4 ${source.host} ${destination.host} ${source.port} ${destination.port}\r\n`);
}

export function v2(source: End, destination: End): Buffer {
  const numbers = [...source.host.split('.'), ...destination.host.split('.')].map(Number);
  const ports = [source.port, destination.port].flatMap((port) => [port >> 8, port & 255]);
  return Buffer.from([...Buffer.from('\r\n\r\n\0\r\nQUIT\n'), 0x21, 0x11, 0, 12, ...numbers, ...ports]);
}
