// What the tests use of socketcluster-client, which comes without types.
declare module 'socketcluster-client' {
  export interface ClientSocket {
    invoke(procedure: string, data?: unknown): Promise<unknown>;
    transmit(receiver: string, data?: unknown): Promise<void>;
    invokePublish(channel: string, data: unknown): Promise<void>;
    subscribe(channel: string): AsyncIterable<unknown>;
    isSubscribed(channel: string): boolean;
    listener(event: string): AsyncIterable<unknown>;
    disconnect(): void;
  }

  export function create(options: object): ClientSocket;
}
