// Moving bytes between two `net.Socket`s. `pipeline` and `pipe` would do for the bytes; they pass on neither half-close
// nor reset.
import type { Socket } from 'node:net';
import type { Downstream, Relay, RelayDeadlines, RelayObserver, Upstream } from '../engine.ts';
import type { StreamUpstream } from './dial.ts';
import type { StreamDownstream } from './downstream.ts';
import { keepSocketAlive } from './keep-alive.ts';
import { setQuietTimeout } from './quiet-timeout.ts';
import type { Reading } from './reading.ts';
import { resetSocket } from './socket.ts';

export function relay(
  downstream: Downstream,
  upstream: Upstream,
  deadlines: RelayDeadlines,
  observer: RelayObserver,
  head?: Buffer,
): Relay {
  const client = (downstream as StreamDownstream).release();
  const { socket: target, reading } = upstream as StreamUpstream;
  if (!(downstream as StreamDownstream).hasOwnKeepAlive) keepSocketAlive(client);
  if (head) sendHead(target, head);
  return new StreamRelay(client, target, reading, deadlines, observer);
}

/** Together with what the client has sent already: that is read in the next turn of the loop. */
function sendHead(target: Socket, head: Buffer): void {
  target.cork();
  target.write(head);
  setImmediate(() => setImmediate(() => target.uncork()));
}

class StreamRelay implements Relay {
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #deadlines: RelayDeadlines;
  readonly #observer: RelayObserver;
  #endedSides = 0;
  #closedSides = 0;
  #over = false;

  constructor(client: Socket, target: Socket, reading: Reading, deadlines: RelayDeadlines, observer: RelayObserver) {
    this.#client = client;
    this.#target = target;
    this.#deadlines = deadlines;
    this.#observer = observer;
    // Every byte either way is read from the client or written to it, so its timer sees them all.
    if (deadlines.idleTimeout > 0) setQuietTimeout(client, deadlines.idleTimeout, this.reset);
    client.on('data', (chunk) => {
      if (!target.write(chunk)) client.pause();
    });
    reading.to = client;
    keepSocketAlive(target);
    this.#forward(client, target);
    this.#forward(target, client);
  }

  readonly reset = (): void => {
    this.#end();
    resetSocket(this.#client);
    resetSocket(this.#target);
  };

  close(): void {
    this.#end();
    this.#client.destroy();
    this.#target.destroy();
  }

  /** All but the bytes. */
  #forward(from: Socket, to: Socket): void {
    to.on('drain', () => from.resume());
    // One whose head was looked at may have ended already.
    if (from.readableEnded) setImmediate(() => this.#sideEnded(to));
    else from.on('end', () => this.#sideEnded(to));
    from.on('error', this.reset);
    // One that broke while nobody looked after it may have said so already.
    if (from.destroyed) setImmediate(this.#sideClosed);
    else from.on('close', this.#sideClosed);
    from.resume();
  }

  #sideEnded(to: Socket): void {
    this.#endedSides += 1;
    const { idleTimeout, halfCloseTimeout } = this.#deadlines;
    const timeout = Math.min(idleTimeout || halfCloseTimeout, halfCloseTimeout || idleTimeout);
    if (timeout > 0) setQuietTimeout(this.#client, timeout, this.reset);
    if (this.#endedSides === 2) {
      this.#end();
      // From here on each has only its own last bytes to see to.
      if (timeout > 0) setQuietTimeout(this.#target, timeout, this.reset);
    }
    if (!to.destroyed) to.end();
  }

  /** A socket that closes before both sides have ended was cut off. */
  readonly #sideClosed = (): void => {
    if (!this.#over) this.reset();
    this.#closedSides += 1;
    if (this.#closedSides === 2) this.#observer.closed();
  };

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#observer.ending();
  }
}
