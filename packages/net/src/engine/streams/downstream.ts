// A client's socket from its accept to its relay or its end.
import type { Socket } from 'node:net';
import { type ConnectionInfo, plainAddress } from '@lb/core';
import { type Downstream, type HeadLook, LONGEST_HEAD } from '../engine.ts';
import { keepSocketAlive } from './keep-alive.ts';
import { ignore, resetSocket } from './socket.ts';

/** ms that a client which is turned away has to see our FIN before what it still sends is answered with RST. */
const LINGER = 1_000;

export class StreamDownstream implements Downstream {
  readonly socket: Socket;
  readonly remoteAddress: string;
  onGone: (() => void) | undefined;
  /** Whether its keep-alive was set by a controller, and so is not the relay's to set. */
  hasOwnKeepAlive = false;
  #moved = 0;
  #movedAt = performance.now();
  #stopLooking: (() => void) | undefined;
  /** Whether there was a byte or an end to look at. */
  #hasSeen: (() => boolean) | undefined;

  constructor(socket: Socket, remoteAddress: string) {
    this.socket = socket;
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
    const { remotePort = 0, remoteFamily, localAddress = '', localPort = 0 } = this.socket;
    return {
      remoteAddress: this.remoteAddress,
      remotePort,
      remoteFamily: remoteFamily === 'IPv6' ? 'IPv6' : 'IPv4',
      localAddress,
      localPort,
      clientAddress: plainAddress(this.remoteAddress),
    };
  }

  /** Node reads more than the head, and gets the rest back. */
  takeHead(look: HeadLook, done: () => void): void {
    const { socket } = this;
    let seen: Buffer = Buffer.alloc(0);
    let isAll = false;
    const show = (): void => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) seen = Buffer.concat([seen, chunk]);
      const length = look(seen.subarray(0, LONGEST_HEAD), isAll);
      if (length === undefined) return;
      this.#stopLooking?.();
      if (length < seen.length) socket.unshift(seen.subarray(length));
      done();
    };
    const ended = (): void => {
      isAll = true;
      show();
    };
    socket.on('readable', show);
    socket.on('end', ended);
    this.#hasSeen = () => isAll || seen.length > 0;
    this.#stopLooking = () => {
      this.#stopLooking = this.#hasSeen = undefined;
      socket.off('readable', show);
      socket.off('end', ended);
    };
  }

  leaveHead(): boolean {
    if (!this.#stopLooking || this.#hasSeen?.() || this.socket.readableLength > 0) return false;
    this.#stopLooking();
    return true;
  }

  setKeepAlive(isOn: boolean, idle?: number): void {
    this.hasOwnKeepAlive = true;
    keepSocketAlive(this.socket, isOn, idle);
  }

  setNoDelay(isOn: boolean): void {
    this.socket.setNoDelay(isOn);
  }

  silence(): number {
    const now = performance.now();
    const moved = this.socket.bytesRead + this.socket.bytesWritten;
    if (moved !== this.#moved) this.#movedAt = now;
    this.#moved = moved;
    return now - this.#movedAt;
  }

  /** Unread bytes would turn the FIN into an RST, so they are read and dropped, for a moment. */
  close(): void {
    const { socket } = this;
    this.#stopLooking?.();
    this.onGone = undefined;
    socket.end();
    socket.resume();
    const linger = setTimeout(() => socket.destroy(), LINGER);
    socket.once('end', () => socket.destroySoon());
    socket.once('close', () => clearTimeout(linger));
  }

  reset(): void {
    this.#stopLooking?.();
    this.onGone = undefined;
    resetSocket(this.socket);
  }

  /** Hands the socket over: from now on its events belong to whoever took it. */
  release(): Socket {
    this.onGone = undefined;
    this.socket.off('error', this.#gone);
    return this.socket;
  }

  readonly #gone = (): void => this.onGone?.();
}
