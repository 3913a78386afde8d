// One probe: whether a target completes a handshake at one of its addresses, from this machine's own address. It is closed with FIN.
import { connect, type Socket } from 'node:net';
import { errorCode } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';
import { setPatientTimeout } from '../base/patient-timeout.ts';
import { ConnectError } from '../engine/connect-error.ts';
import { nodeEndpoint } from '../engine/node-endpoint.ts';
import { probeHead } from './probe-head.ts';

/** ms after which a target that was reached, and doesn't close its side, is waited for no longer. */
const LONGEST_CLOSE = 1_000;

/** What a target without an address has in place of one. */
const NOWHERE: Endpoint = { host: '', port: 0 };

export interface ProbeOptions {
  /** All that the target has; none while its name has no answer. Tried one after the other, each for its share of the time. */
  readonly endpoints: readonly Endpoint[];
  /** ms for all of them together. */
  readonly timeout: number;
  /** The PROXY header that the target expects. */
  readonly proxyVersion: 'v1' | 'v2' | undefined;
}

/** @param result the endpoint at which the target was reached, or why it was reached at none */
export type ProbeDone = (result: Endpoint | ConnectError) => void;

/** Calls `done` once, later. @returns how to call the probe off: then `done` isn't called */
export type Probe = (options: ProbeOptions, done: ProbeDone) => () => void;

export const probe: Probe = ({ endpoints, timeout, proxyVersion }, done) => {
  const ends = performance.now() + timeout;
  let cancel: () => void;
  let internal: ConnectError | undefined;
  /** @param error of the endpoint before */
  const tryNext = (index: number, error: ConnectError): void => {
    if (error.source === 'internal') internal = error;
    const endpoint = endpoints[index];
    if (!endpoint) return done(internal ?? error);
    const time = Math.max(ends - performance.now(), 1) / (endpoints.length - index);
    cancel = tryConnecting(endpoint, time, proxyVersion, (fault) =>
      fault ? tryNext(index + 1, fault) : done(endpoint),
    );
  };
  const beginning = setImmediate(tryNext, 0, new ConnectError('ENOTFOUND', NOWHERE));
  cancel = () => clearImmediate(beginning);
  return () => cancel();
};

function tryConnecting(
  endpoint: Endpoint,
  timeout: number,
  proxyVersion: ProbeOptions['proxyVersion'],
  done: (error: ConnectError | undefined) => void,
): () => void {
  const socket = connect({ ...nodeEndpoint(endpoint), autoSelectFamily: false }).unref();
  const settle = (): void => {
    stopWaiting();
    socket.off('error', onError).off('connect', onConnect).on('error', ignore);
  };
  const abandon = (): void => {
    settle();
    socket.destroy();
  };
  const fail = (error: ConnectError): void => {
    abandon();
    done(error);
  };
  const onError = (error: Error): void => fail(new ConnectError(errorCode(error), endpoint, error));
  const onConnect = (): void => {
    settle();
    close(socket, proxyVersion && probeHead(proxyVersion, socket));
    done(undefined);
  };
  const stopWaiting = setPatientTimeout(() => fail(new ConnectError('ETIMEDOUT', endpoint)), timeout);
  socket.on('error', onError).on('connect', onConnect);
  return abandon;
}

/** Whatever becomes of the connection: the target was reached, or it wasn't. */
function ignore(): void {}

/** What the target sends is read: with unread bytes the socket would be closed with RST. */
function close(socket: Socket, head: Buffer | undefined): void {
  const timer = setTimeout(() => socket.destroy(), LONGEST_CLOSE).unref();
  socket.once('close', () => clearTimeout(timer));
  socket.resume();
  if (head) socket.end(head);
  else socket.end();
}
