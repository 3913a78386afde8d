// A target that keeps what arrives at it.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { later } from './cleanup.ts';
import { until } from './wait.ts';

export interface Recorded {
  readonly socket: Socket;
  /** The other end's. */
  readonly remotePort: number | undefined;
  readonly bytes: Buffer;
}

export interface RecordingTarget {
  readonly host: string;
  readonly port: number;
  readonly connections: readonly Recorded[];
  /** The nth connection, once it has brought so many bytes. */
  brought(length: number, nth?: number): Promise<Recorded>;
}

/** @param greeting what it says to all who come, at once @param port @default one of the system's choice */
export async function recordingTarget(greeting = '', port = 0): Promise<RecordingTarget> {
  const connections: Recorded[] = [];
  const server = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('error', () => {});
    socket.on('data', (chunk) => chunks.push(chunk));
    later(() => socket.destroy());
    connections.push({
      socket,
      remotePort: socket.remotePort,
      get bytes() {
        return Buffer.concat(chunks);
      },
    });
    if (greeting) socket.write(greeting);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  later(() => server.close());
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    connections,
    brought: (length, nth = 0) =>
      until(`${length} bytes to arrive at the target`, () => {
        const connection = connections[nth];
        return connection && connection.bytes.length >= length && connection;
      }),
  };
}

/** As a config lists it. */
export function listedAs<T extends object>(
  { host, port }: RecordingTarget,
  more?: T,
): { host: string; port: number } & T {
  return { host, port, ...(more as T) };
}
