// Asking a balancer over its control socket, without the weight of a command: for tests that ask again and again.
import { get } from 'node:http';
import { join } from 'node:path';
import type { StatusDocument } from '@lb/cli';

/** The status of balancer 0 of a runtime folder. Absent while nobody answers. */
export function currentStatus(runtime: string): Promise<StatusDocument | undefined> {
  return new Promise((resolve) => {
    const asked = get({ socketPath: join(runtime, '0.sock'), path: '/v1/status' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(text) : undefined));
    });
    asked.on('error', () => resolve(undefined));
  });
}
