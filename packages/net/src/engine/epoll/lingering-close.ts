// Ending a client with FIN though it may have sent something that nobody reads: closing at once would send RST, and what we
// sent before might never be seen. So its bytes are dropped until it ends too, for a moment.

import type { Guarded } from '../deadlines.ts';
import { EAGAIN, SHUT_WR } from '../system/libc.ts';
import { type Kernel, SCRATCH_SIZE } from './kernel.ts';
import type { Socket, SocketOwner } from './socket.ts';

/** ms that the client has to see our FIN before what it still sends is answered with RST. */
const LINGER = 1_000;
/** Scratch buffers read at a time, before others have their turn. */
const SHARE = 4;

export class LingeringClose implements SocketOwner, Guarded {
  readonly deadline = performance.now() + LINGER;
  slot = -1;
  readonly #kernel: Kernel;
  readonly #socket: Socket;

  constructor(kernel: Kernel, socket: Socket) {
    this.#kernel = kernel;
    this.#socket = socket;
    socket.owner = this;
    kernel.libc.shutdown(socket.fd, SHUT_WR);
    kernel.brief.add(this);
    this.ready();
  }

  ready(): void {
    const { libc, scratchPointer } = this.#kernel;
    for (let share = SHARE; share > 0; share -= 1) {
      const got = libc.recv(this.#socket.fd, scratchPointer, SCRATCH_SIZE);
      if (got < 0 && libc.errno() === EAGAIN) return;
      if (got <= 0) return this.#close();
      if (got < SCRATCH_SIZE) return;
    }
    // One that sends faster than it is read is read again at its next byte, until its time is over.
  }

  expired(): void {
    this.#close();
  }

  #close(): void {
    this.#kernel.brief.delete(this);
    this.#socket.close();
  }
}
