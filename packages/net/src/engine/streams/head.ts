// Looking at the first bytes of a client before it is relayed. Node can't show them without reading them, and it reads more than
// was asked for: what is not taken away waits here, for the next look or the relay.
import type { Socket } from 'node:net';
import type { HeadLook } from '../engine.ts';

export class StreamHead {
  /** What has been read and not been taken away. */
  rest: Buffer = Buffer.alloc(0);
  readonly #socket: Socket;
  #look: HeadLook | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  take(look: HeadLook): void {
    this.stop();
    this.#look = look;
    this.#socket.on('readable', this.#show);
    this.#socket.on('end', this.#show);
    this.#show();
  }

  leave(): boolean {
    const { readableEnded, readableLength } = this.#socket;
    if (!this.#look || readableEnded || this.rest.length + readableLength > 0) return false;
    this.stop();
    return true;
  }

  stop(): void {
    if (!this.#look) return;
    this.#look = undefined;
    this.#socket.off('readable', this.#show);
    this.#socket.off('end', this.#show);
  }

  readonly #show = (): void => {
    const look = this.#look;
    if (!look) return;
    this.#read(look.most);
    const seen = this.rest.subarray(0, look.most);
    const isAll = this.#socket.readableEnded || seen.length === look.most;
    if (seen.length === 0 && !isAll) return;
    const length = look.look(seen, isAll) ?? (isAll ? 0 : undefined);
    if (length === undefined) return;
    this.stop();
    this.rest = this.rest.subarray(length);
    look.looked();
  };

  #read(most: number): void {
    while (this.rest.length < most) {
      const chunk = this.#socket.read();
      if (chunk === null) return;
      this.rest = Buffer.concat([this.rest, chunk]);
    }
  }
}
