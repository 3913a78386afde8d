// What the target uses of socketcluster-server, which comes without types.
declare module 'socketcluster-server' {
  import type { Server } from 'node:http';

  export interface ServerSocket {
    readonly socket: { terminate(): void };
    procedure(name: string): AsyncIterable<{ end(answer: unknown): void }>;
    receiver(name: string): AsyncIterable<unknown>;
  }

  export interface ClusterServer {
    listener(event: 'connection'): AsyncIterable<{ readonly socket: ServerSocket }>;
  }

  const socketCluster: { attach(server: Server): ClusterServer };
  export default socketCluster;
}
