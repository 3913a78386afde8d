// Asking a balancer over its control socket, without the weight of a command: for tests that ask again and again.
import { existsSync, readdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import type { SessionDocument, StatusDocument } from '@lb/cli';
import { until } from './wait.ts';

/** The status of a balancer of a runtime folder. Absent while nobody answers. */
export function currentStatus(runtime: string, socket = '0.sock'): Promise<StatusDocument | undefined> {
  return answerOf(join(runtime, socket), '/v1/status');
}

/** Where a client goes, as the balancer says. Absent while nobody answers. */
export function sessionOf(
  { folder }: { readonly folder: string },
  client: string,
): Promise<SessionDocument | undefined> {
  return answerOf(join(folder, 'runtime/0.sock'), `/v1/sessions?client=${client}`);
}

function answerOf<Document>(socketPath: string, path: string): Promise<Document | undefined> {
  return new Promise((resolve) => {
    const asked = get({ socketPath, path }, (response) => {
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

/** The status of each balancer of a runtime folder that answers, in order of their index. */
export async function currentStatuses(runtime: string): Promise<StatusDocument[]> {
  const sockets = existsSync(runtime) ? readdirSync(runtime).filter((name) => name.endsWith('.sock')) : [];
  const statuses = await Promise.all(sockets.map((socket) => currentStatus(runtime, socket)));
  return statuses.filter((status) => status !== undefined).sort((one, other) => one.index - other.index);
}

/** Whether it adds up what all workers say: those that are too busy to answer in time are left out of its sums. */
export function isWhole({ workers }: StatusDocument): boolean {
  return workers.every(({ state, engine }) => engine !== undefined || (state !== 'ready' && state !== 'draining'));
}

/** The status of a balancer, once all of its workers have their part in it. */
export function statusOf({ folder }: { readonly folder: string }): Promise<StatusDocument> {
  return until('the status of all workers', async () => {
    const status = await currentStatus(join(folder, 'runtime'));
    return status && isWhole(status) && status;
  });
}

/** Waits until all workers go by what the primary has told them: each hears its messages in order, and answers one more. */
export async function heardByAll(balancer: { readonly folder: string }): Promise<void> {
  await statusOf(balancer);
}
