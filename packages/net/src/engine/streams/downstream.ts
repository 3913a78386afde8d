// A client's socket from its accept to its relay or its end.
import type { Socket } from 'node:net';
import { type ConnectionInfo, plainAddress } from '@lb/core/internal';
import type { Downstream, HeadLook, RelayDeadlines, RelayObserver } from '../engine.ts';
import type { StreamUpstream } from './dial.ts';
import { StreamHead } from './head.ts';
import { keepSocketAlive } from './keep-socket-alive.ts';
import { StreamRelay } from './relay.ts';
import { ignore, resetSocket } from './reset-socket.ts';

/** ms that a client which is turned away has to see our FIN before what it still sends is answered with RST. */
const LINGER = 1_000;

export class StreamDownstream implements Downstream<StreamUpstream> {
  readonly #socket: Socket;
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;
  #hasOwnKeepAlive = false;
  #moved = 0;
  #movedAt = performance.now();
  /** Absent while nothing has been looked at. */
  #head: StreamHead | undefined;

  constructor(socket: Socket, remoteAddress: string) {
    this.#socket = socket;
    this.remoteAddress = remoteAddress;
    socket.on('error', this.#gone);
  }

  /** `undefined` for a client that has left already: the system no longer knows its address. */
  static from(socket: Socket): StreamDownstream | undefined {
    const { remoteAddress } = socket;
    if (remoteAddress !== undefined) return new StreamDownstream(socket, remoteAddress);
    socket.on('error', ignore);
    socket.destroy();
    return undefined;
  }

  describe(): ConnectionInfo {
    const { remotePort = 0, remoteFamily, localAddress = '', localPort = 0 } = this.#socket;
    return {
      remoteAddress: this.remoteAddress,
      remotePort,
      remoteFamily: remoteFamily === 'IPv6' ? 'IPv6' : 'IPv4',
      localAddress,
      localPort,
      clientAddress: plainAddress(this.remoteAddress),
    };
  }

  takeHead(look: HeadLook): void {
    this.#head ??= new StreamHead(this.#socket);
    this.#head.take(look);
  }

  leaveHead(): boolean {
    return this.#head?.leave() ?? false;
  }

  relay(upstream: StreamUpstream, deadlines: RelayDeadlines, observer: RelayObserver, head?: Buffer): StreamRelay {
    const client = this.#socket;
    this.onGone = undefined;
    client.off('error', this.#gone);
    if (!this.#hasOwnKeepAlive) keepSocketAlive(client);
    return new StreamRelay(client, upstream, deadlines, observer, head, this.#head?.rest);
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    this.#hasOwnKeepAlive = true;
    keepSocketAlive(this.#socket, isOn, idle);
  }

  setNoDelay(isOn: boolean): void {
    this.#socket.setNoDelay(isOn);
  }

  silence(): number {
    const now = performance.now();
    const moved = this.#socket.bytesRead + this.#socket.bytesWritten;
    if (moved !== this.#moved) this.#movedAt = now;
    this.#moved = moved;
    return now - this.#movedAt;
  }

  /** Unread bytes would turn the FIN into an RST, so they are read and dropped, for a moment. */
  close(): void {
    const socket = this.#socket;
    this.#head?.stop();
    this.onGone = undefined;
    socket.end();
    socket.resume();
    const linger = setTimeout(() => socket.destroy(), LINGER);
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => clearTimeout(linger));
  }

  reset(): void {
    this.#head?.stop();
    this.onGone = undefined;
    resetSocket(this.#socket);
  }

  readonly #gone = (): void => this.onGone?.();
}
