// What a middleware function is. Types and one constant only; the chain that calls them is in chain.ts.
import type { ClientSocket } from '../socket/client-socket.ts';

/** The type of middleware that decides whether a connection may come in. */
export const MIDDLEWARE_CONNECTION = 'connection';

/**
 * Answers for one connection; only its first call counts.
 * @param reason why the connection is blocked: text, an `Error`, or any other truthy value. Absent or falsy admits it.
 */
export type Next = (reason?: unknown) => void;

/**
 * Calls `next` at once or later. What it throws, or the rejection of a promise it returns, blocks the connection.
 * A promise that resolves is no answer: an async function has to call `next` too. What else it returns is ignored.
 */
export type ConnectionMiddleware = (socket: ClientSocket, next: Next) => unknown;
