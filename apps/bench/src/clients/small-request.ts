// One small request over a connection from a given client's address, by hand: less work than Node's own HTTP client.
import { connect, type Socket } from 'node:net';
import { ANSWER } from '../tools/answers.ts';

const TIMEOUT = 10_000;

export interface SmallRequest {
  readonly port: number;
  readonly localAddress: string;
  /** Whether the connection is to stay. */
  readonly keep: boolean;
}

/** @returns the connection: idle if it was to stay, else closed @throws when the answer is wrong or missing */
export function smallRequest({ port, localAddress, keep }: SmallRequest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const fail = (reason: string) => reject(new Error(`${localAddress}: ${reason}`));
    const isRight = () => answer.startsWith('HTTP/1.1 200 OK\r\n') && answer.endsWith(`\r\n\r\n${ANSWER}`);
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error(`no answer within ${TIMEOUT / 1000} s`)));
    socket.once('error', (error) => fail(error.message));
    socket.setEncoding('latin1').on('data', (text) => {
      answer += text;
      if (!keep || !isRight()) return;
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.once('close', () => {
      if (!keep && isRight()) resolve(socket);
      else fail(`the connection ended with "${answer}"`);
    });
    socket.write(`GET / HTTP/1.1\r\nHost: bench\r\n${keep ? '' : 'Connection: close\r\n'}\r\n`);
  });
}
