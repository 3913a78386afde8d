// Speaking to running balancers over their control sockets.
import { request } from 'node:http';
import { CommandError } from '../command-error.ts';
import { isNobody, removeDeadSocket } from './dead-socket.ts';
import { controlFolder, listIndices, socketPath } from './folder.ts';
import { STATUS_PATH, STOP_PATH, type StatusDocument, type StopDocument } from './protocol.ts';

/** ms that a balancer may take to answer. */
const PATIENCE = 5_000;

export class ControlClient {
  readonly index: number;
  readonly #path: string;

  constructor(index: number, folder: string = controlFolder()) {
    this.index = index;
    this.#path = socketPath(folder, index);
  }

  status(): Promise<StatusDocument> {
    return this.#ask('GET', STATUS_PATH) as Promise<StatusDocument>;
  }

  stop(): Promise<StopDocument> {
    return this.#ask('POST', STOP_PATH) as Promise<StopDocument>;
  }

  #ask(method: string, path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.#path, method, path, timeout: PATIENCE }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          if (response.statusCode === 200) return resolve(JSON.parse(text));
          reject(
            new CommandError(`Balancer ${this.index} answered ${response.statusCode} to ${method} ${path}: ${text}`),
          );
        });
      });
      asked.on('timeout', () => {
        asked.destroy(
          new CommandError(`Balancer ${this.index} has not answered on ${this.#path} within ${PATIENCE / 1000} s.`),
        );
      });
      asked.on('error', reject);
      asked.end();
    });
  }
}

export interface RunningBalancer {
  readonly client: ControlClient;
  readonly status: StatusDocument;
}

/** All balancers that answer, in order of their index. A socket that nobody answers on is removed. */
export async function runningBalancers(folder: string = controlFolder()): Promise<RunningBalancer[]> {
  const found = await Promise.all(listIndices(folder).map((index) => tryBalancer(index, folder)));
  return found.filter((balancer) => balancer !== undefined);
}

/**
 * The balancers that a command is about: the one of this index, or all.
 * @throws {CommandError} when there is none of this index
 */
export async function chosenBalancers(index: number | undefined): Promise<RunningBalancer[]> {
  const running = await runningBalancers();
  if (index === undefined) return running;
  const chosen = running.filter(({ client }) => client.index === index);
  if (chosen.length > 0) return chosen;
  const there = running.map(({ client }) => client.index).join(', ');
  throw new CommandError(`There is no balancer ${index} running. ${there ? `Running: ${there}.` : 'None is.'}`);
}

async function tryBalancer(index: number, folder: string): Promise<RunningBalancer | undefined> {
  const client = new ControlClient(index, folder);
  try {
    return { client, status: await client.status() };
  } catch (error) {
    if (!isNobody(error)) throw error;
    await removeDeadSocket(socketPath(folder, index));
    return undefined;
  }
}
