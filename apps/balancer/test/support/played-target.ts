// A target whose side of each connection the test plays itself.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { later } from './cleanup.ts';
import { until } from './wait.ts';

export interface PlayedTarget {
  readonly host: string;
  readonly port: number;
  /** The next connection that arrives. Nothing is read from it before the test does. */
  accepted(): Promise<Socket>;
}

export async function playedTarget(): Promise<PlayedTarget> {
  const waiting: Socket[] = [];
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {});
    later(() => socket.destroy());
    waiting.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => server.close());
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    accepted: () => until('a connection to arrive at the target', () => waiting.shift()),
  };
}
