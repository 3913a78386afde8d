// Connecting with `node:net`.
import { connect, type Socket } from 'node:net';
import { errorCode } from '@lb/core';
import type { Endpoint } from '../../base/endpoint.ts';
import { setPatientTimeout } from '../../base/patient-timeout.ts';
import { ConnectError } from '../connect-error.ts';
import type { Dial, DialDone, Upstream } from '../engine.ts';
import { Reading, scratch } from './reading.ts';
import { ignore } from './socket.ts';

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

export function dial(endpoint: Endpoint, timeout: number, done: DialDone<StreamUpstream>): Dial {
  const reading = new Reading();
  const socket = connect({
    ...endpoint,
    onread: { buffer: scratch, callback: (length) => reading.take(length) },
    allowHalfOpen: true,
    noDelay: true,
    autoSelectFamily: false,
  });
  socket.pause(); // until it is relayed, its bytes wait in the kernel
  const stopWaiting = setPatientTimeout(() => fail(new ConnectError('ETIMEDOUT', endpoint)), timeout);
  const onError = (error: Error): void => fail(new ConnectError(errorCode(error), endpoint, error));
  const onConnect = (): void => {
    settle();
    socket.on('error', ignore); // until it is relayed
    done(new StreamUpstream(socket, reading));
  };
  const settle = (): void => {
    stopWaiting();
    socket.off('error', onError);
    socket.off('connect', onConnect);
  };
  const abandon = (): void => {
    settle();
    socket.on('error', ignore);
    socket.destroy();
  };
  const fail = (error: ConnectError): void => {
    abandon();
    done(error);
  };
  socket.on('error', onError);
  socket.on('connect', onConnect);
  return { cancel: abandon };
}
