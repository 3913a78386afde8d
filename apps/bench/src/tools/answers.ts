// One request, to see whether there is a server and whether it says what it should.
import { get } from 'node:http';

/** What every target answers. */
export const ANSWER = 'ok\n';
const TIMEOUT = 2000;

export function answers(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host, port, path: '/', agent: false, timeout: TIMEOUT }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text) => (body += text));
      response.on('end', () => resolve(response.statusCode === 200 && body === ANSWER));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => request.destroy(new Error('silent')));
    request.on('error', () => resolve(false));
  });
}
