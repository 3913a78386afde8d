// Connecting with `node:net`.
import { connect, type Socket } from 'node:net';
import { errorCode } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import { ConnectError } from '../connect-error.ts';
import type { Deadlines, Guarded } from '../deadlines.ts';
import type { Dial, DialDone, Upstream } from '../engine.ts';
import { nodeEndpoint } from '../node-endpoint.ts';
import { Reading, scratch } from './reading.ts';
import { ignore } from './reset-socket.ts';

export class StreamUpstream implements Upstream {
  readonly socket: Socket;
  readonly reading: Reading;

  constructor(socket: Socket, reading: Reading) {
    this.socket = socket;
    this.reading = reading;
  }

  close(): void {
    this.socket.destroy();
  }
}

export class StreamDial implements Dial, Guarded {
  deadline = 0;
  slot = -1;
  readonly #deadlines: Deadlines;
  readonly #endpoint: Endpoint;
  readonly #timeout: number;
  readonly #done: DialDone<StreamUpstream>;
  readonly #reading = new Reading();
  readonly #socket: Socket;
  #isOver = false;

  constructor(deadlines: Deadlines, endpoint: Endpoint, timeout: number, done: DialDone<StreamUpstream>) {
    this.#deadlines = deadlines;
    this.#endpoint = endpoint;
    this.#timeout = timeout;
    this.#done = done;
    const reading = this.#reading;
    this.#socket = connect({
      ...nodeEndpoint(endpoint),
      onread: { buffer: scratch, callback: (length) => reading.take(length) },
      allowHalfOpen: true,
      noDelay: true,
      autoSelectFamily: false,
    });
    this.#socket.pause(); // until it is relayed, its bytes wait in the kernel
    this.#socket.on('error', this.#failed);
    this.#socket.on('connect', this.#connected);
    process.nextTick(this.#begun);
  }

  cancel(): void {
    if (this.#isOver) return;
    this.#settle();
    this.#socket.destroy();
  }

  expired(): void {
    this.#fail(new ConnectError('ETIMEDOUT', this.#endpoint));
  }

  /** Node connects in the next tick, however long this turn of the loop takes: the time begins there. */
  readonly #begun = (): void => {
    if (this.#isOver) return;
    this.deadline = performance.now() + this.#timeout;
    this.#deadlines.add(this);
  };

  readonly #failed = (error: Error): void => this.#fail(new ConnectError(errorCode(error), this.#endpoint, error));

  readonly #connected = (): void => {
    this.#settle();
    this.#done(new StreamUpstream(this.#socket, this.#reading));
  };

  #fail(error: ConnectError): void {
    this.#settle();
    this.#socket.destroy();
    this.#done(error);
  }

  /** Whatever the socket reports from now on until it is relayed is of no interest. */
  #settle(): void {
    this.#isOver = true;
    this.#deadlines.delete(this);
    this.#socket.on('error', ignore);
    this.#socket.off('error', this.#failed);
    this.#socket.off('connect', this.#connected);
  }
}
