// What a `net.Socket` does and the socket of middleware can't: each throws, and says what to do instead. To ignore it would be
// worse: middleware that waits for data would keep every client waiting.
import { MiddlewareError } from '../errors.ts';

export const NOT_READ =
  'the balancer does not read what clients send; decide by addresses, and leave what clients send to the target';
export const NOT_WRITTEN =
  'the balancer sends nothing of its own to clients; let a target answer, or block the connection with next(reason)';
export const NOT_HELD =
  'a connection that was admitted cannot be paused; call next later, or end it with socket.destroy()';
const NOT_COUNTED = 'bytes are not counted for each connection';
const NOT_CONNECTED = 'this connection is open already; open another one with node:net';

const METHODS: readonly (readonly [name: string | symbol, why: string])[] = [
  ['read', NOT_READ],
  ['pipe', NOT_READ],
  ['unpipe', NOT_READ],
  ['setEncoding', NOT_READ],
  ['unshift', NOT_READ],
  ['push', NOT_READ],
  ['wrap', NOT_READ],
  [Symbol.asyncIterator, NOT_READ],
  ['write', NOT_WRITTEN],
  ['cork', NOT_WRITTEN],
  ['uncork', NOT_WRITTEN],
  ['setDefaultEncoding', NOT_WRITTEN],
  ['connect', NOT_CONNECTED],
];

/** Events of a stream that would never come. */
const EVENTS: ReadonlyMap<string | symbol, string> = new Map([
  ['data', NOT_READ],
  ['readable', NOT_READ],
  ['pause', NOT_READ],
  ['resume', NOT_READ],
  ['drain', NOT_WRITTEN],
  ['finish', NOT_WRITTEN],
  ['pipe', NOT_WRITTEN],
  ['unpipe', NOT_WRITTEN],
]);

/** @throws {MiddlewareError} SOCKET_IS_NO_STREAM */
export function refuse(what: string, why: string): never {
  throw new MiddlewareError(
    'SOCKET_IS_NO_STREAM',
    `socket.${what} is not possible in a balancer's middleware: ${why}.`,
  );
}

/** @throws {MiddlewareError} SOCKET_IS_NO_STREAM for an event that never comes */
export function refuseStreamEvent(event: string | symbol): void {
  const why = EVENTS.get(event);
  if (why !== undefined) refuse(`on('${String(event)}')`, why);
}

/** Gives a prototype the methods of a stream, all of which throw. */
export function refuseStreamMethods(prototype: object): void {
  for (const [name, why] of METHODS) {
    const shown = typeof name === 'symbol' ? `[${name.description}]` : name;
    const value = (): never => refuse(`${shown}()`, why);
    Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
  }
  for (const name of ['bytesRead', 'bytesWritten']) {
    Object.defineProperty(prototype, name, { get: () => refuse(name, NOT_COUNTED), configurable: true });
  }
}
