// One request to the control socket, from its first line to its answer. Whatever is asked, it is answered, in time and in JSON.
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { patienceOf } from '../protocol.ts';
import { errorDocument, RequestError, statusOf } from './failure.ts';
import type { ControlHandlers } from './handlers.ts';
import { readBody } from './request-body.ts';
import { routeOf } from './routes.ts';

export async function answer(
  handlers: ControlHandlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request;
  const [path = '', query] = url.split(/\?(.*)/s);
  try {
    const route = routeOf(method, path);
    const body = route.takesBody ? await readBody(request) : '';
    const question = { query: new URLSearchParams(query), body };
    send(response, 200, await inTime(path, route.answer(handlers, question)));
  } catch (error) {
    send(response, statusOf(error), errorDocument(error), error instanceof RequestError ? error.headers : {});
  }
}

/** What node's parser refuses, or what takes for ever to arrive. */
export function refuse(error: NodeJS.ErrnoException, socket: Duplex & { bytesWritten?: number }): void {
  if (!socket.writable || socket.bytesWritten) return void socket.destroy();
  const isLate = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
  const [status, code, message] = isLate
    ? ['408 Request Timeout', 'REQUEST_TIMEOUT', 'The request did not arrive in time. Send it at once.']
    : ['400 Bad Request', 'INVALID_REQUEST', `This is not HTTP as it is understood here: ${error.message}.`];
  const body = text({ version: 1, code, error: message });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nconnection: close\r\n\r\n${body}`);
}

function send(response: ServerResponse, status: number, body: object, headers: OutgoingHttpHeaders = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text(body));
}

function text(body: object): string {
  return `${JSON.stringify(body)}\n`;
}

async function inTime<T>(path: string, work: Promise<T>): Promise<T> {
  const patience = patienceOf(path);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `${path} is not done after ${patience / 1000} s. It goes on; the log says what comes of it.`;
      reject(new RequestError(503, 'NOT_DONE_YET', message));
    }, patience);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
