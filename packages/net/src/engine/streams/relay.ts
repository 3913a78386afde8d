// Moving bytes between two `net.Socket`s. `pipeline` and `pipe` would do for the bytes; they pass on neither half-close
// nor reset.
import type { Socket } from 'node:net';
import type { Relay, RelayDeadlines, RelayObserver, RelayReport } from '../engine.ts';
import type { StreamUpstream } from './dial.ts';
import { keepSocketAlive } from './keep-socket-alive.ts';
import { setQuietTimeout } from './quiet-timeout.ts';
import { resetSocket } from './reset-socket.ts';

export class StreamRelay implements Relay, RelayReport {
  endedBy: RelayReport['endedBy'] = 'balancer';
  ending: RelayReport['ending'] = 'fin';
  readonly #client: Socket;
  readonly #target: Socket;
  readonly #deadlines: RelayDeadlines;
  readonly #observer: RelayObserver;
  readonly #headLength: number;
  /** The side that has ended first. */
  #endedFirst: Side | undefined;
  #endedSides = 0;
  #closedSides = 0;
  #over = false;

  /** @param rest what was read of the client already */
  constructor(
    client: Socket,
    { socket: target, reading }: StreamUpstream,
    deadlines: RelayDeadlines,
    observer: RelayObserver,
    head?: Buffer,
    rest?: Buffer,
  ) {
    this.#client = client;
    this.#target = target;
    this.#deadlines = deadlines;
    this.#observer = observer;
    this.#headLength = head?.length ?? 0;
    if (head) sendHead(target, head);
    if (rest && rest.length > 0) target.write(rest);
    // Every byte either way is read from the client or written to it, so its timer sees them all.
    if (deadlines.idleTimeout > 0) setQuietTimeout(client, deadlines.idleTimeout, this.#expired);
    client.on('data', (chunk) => {
      if (!target.write(chunk)) client.pause();
    });
    reading.to = client;
    keepSocketAlive(target);
    this.#forward('client', client, target);
    this.#forward('target', target, client);
  }

  /** Node has forgotten by then what it could not hand to the system. */
  get bytesToTarget(): number {
    return Math.max(this.#target.bytesWritten - this.#headLength, 0); // less while the head is not out
  }

  get bytesToClient(): number {
    return this.#client.bytesWritten;
  }

  reset(): void {
    this.#break('balancer', 'reset');
  }

  close(): void {
    this.#end('balancer', 'fin');
    this.#client.destroy();
    this.#target.destroy();
  }

  /** All but the bytes. */
  #forward(side: Side, from: Socket, to: Socket): void {
    to.on('drain', () => from.resume());
    const ended = (): void => this.#sideEnded(side, to);
    const closed = (): void => this.#sideClosed(side);
    // One whose head was looked at may have ended already.
    if (from.readableEnded) setImmediate(ended);
    else from.on('end', ended);
    from.on('error', () => this.#break(side, 'reset'));
    // One that broke while nobody looked after it may have said so already.
    if (from.destroyed) setImmediate(closed);
    else from.on('close', closed);
    from.resume();
  }

  #sideEnded(side: Side, to: Socket): void {
    this.#endedFirst ??= side;
    this.#endedSides += 1;
    const { idleTimeout, halfCloseTimeout } = this.#deadlines;
    const timeout = Math.min(idleTimeout || halfCloseTimeout, halfCloseTimeout || idleTimeout);
    if (timeout > 0) setQuietTimeout(this.#client, timeout, this.#expired);
    if (this.#endedSides === 2) {
      this.#end(this.#endedFirst, 'fin');
      // From here on each has only its own last bytes to see to.
      if (timeout > 0) setQuietTimeout(this.#target, timeout, this.#expired);
    }
    if (!to.destroyed) to.end();
  }

  /** A socket that closes before both sides have ended was cut off. */
  #sideClosed(side: Side): void {
    if (!this.#over) this.#break(side, 'reset');
    this.#closedSides += 1;
    if (this.#closedSides === 2) this.#observer.closed(this);
  }

  readonly #expired = (): void => this.#break('balancer', 'timeout');

  #break(by: RelayReport['endedBy'], ending: 'reset' | 'timeout'): void {
    this.#end(by, ending);
    // Both had ended, but the last bytes were not out.
    if (this.ending === 'fin' && this.#closedSides < 2) [this.endedBy, this.ending] = [by, ending];
    resetSocket(this.#client);
    resetSocket(this.#target);
  }

  #end(by: RelayReport['endedBy'], ending: RelayReport['ending']): void {
    if (this.#over) return;
    this.#over = true;
    this.endedBy = by;
    this.ending = ending;
    this.#observer.ending();
  }
}

type Side = 'client' | 'target';

/** Together with what the client has sent already: that is read in the next turn of the loop. */
function sendHead(target: Socket, head: Buffer): void {
  target.cork();
  target.write(head);
  setImmediate(() => setImmediate(() => target.uncork()));
}
