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
  /** Of the control socket. */
  readonly path: string;

  constructor(index: number, folder: string = controlFolder()) {
    this.index = index;
    this.path = socketPath(folder, index);
  }

  status(): Promise<StatusDocument> {
    return this.#ask('GET', STATUS_PATH) as Promise<StatusDocument>;
  }

  stop(): Promise<StopDocument> {
    return this.#ask('POST', STOP_PATH) as Promise<StopDocument>;
  }

  #ask(method: string, path: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const asked = request({ socketPath: this.path, method, path, agent: false, timeout: PATIENCE }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => {
          const answer = response.statusCode === 200 ? parsed(text) : undefined;
          if (answer !== undefined) return resolve(answer);
          const { statusCode } = response;
          reject(new CommandError(`Balancer ${this.index} answered ${statusCode} to ${method} ${path}: ${text}`));
        });
      });
      asked.on('timeout', () => {
        asked.destroy(
          new CommandError(
            `Balancer ${this.index} has not answered on ${this.path} within ${PATIENCE / 1000} s. Its primary may be stuck: "ps -ef | grep loadbalancer:" shows it, and "kill -9" ends it.`,
          ),
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

/**
 * All balancers that answer, in order of their index. A socket that nobody answers on is removed.
 * @param onFailure hears of a balancer that is there but doesn't answer as it should. @default throw it
 */
export async function runningBalancers(
  folder: string = controlFolder(),
  onFailure: (error: Error) => void = rethrow,
): Promise<RunningBalancer[]> {
  const asked = listIndices(folder).map(async (index) => {
    try {
      return await tryBalancer(index, folder);
    } catch (error) {
      onFailure(error as Error);
      return undefined;
    }
  });
  return (await Promise.all(asked)).filter((balancer) => balancer !== undefined);
}

/**
 * The balancers that a command is about: the one of this index, or all.
 * @throws {CommandError} when there is none of this index
 */
export async function chosenBalancers(
  index: number | undefined,
  onFailure: (error: Error) => void = rethrow,
): Promise<RunningBalancer[]> {
  if (index === undefined) return runningBalancers(controlFolder(), onFailure);
  const chosen = await tryBalancer(index, controlFolder());
  if (chosen) return [chosen];
  const running = await runningBalancers(controlFolder(), () => {});
  const there = running.map(({ client }) => client.index).join(', ');
  throw new CommandError(`There is no balancer ${index} running. ${there ? `Running: ${there}.` : 'None is.'}`);
}

/** Whether an error means that a balancer has ended, before or while it was asked. */
export function isGone(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return isNobody(error) || code === 'ECONNRESET' || code === 'EPIPE';
}

async function tryBalancer(index: number, folder: string): Promise<RunningBalancer | undefined> {
  const client = new ControlClient(index, folder);
  try {
    return { client, status: await client.status() };
  } catch (error) {
    if (!isGone(error)) throw error;
    await removeDeadSocket(socketPath(folder, index));
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rethrow(error: Error): never {
  throw error;
}
