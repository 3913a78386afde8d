// Which balancers run, and which of them a command is about.
import { CommandError } from '../command-error.ts';
import { ControlClient, isGone } from './client.ts';
import { removeDeadSocket } from './dead-socket.ts';
import { controlFolder, listIndices, socketPath } from './folder.ts';
import type { StatusDocument } from './protocol.ts';

export const NONE_RUNS = 'No balancer is running. "loadbalancer start" starts one.';

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

/**
 * Asks the one balancer that a command is about: the one of this index, or else the only one that runs.
 * @throws {CommandError} when there is none, when there are several to choose from, or when it ends meanwhile
 */
export async function askOne<T>(index: number | undefined, ask: (client: ControlClient) => Promise<T>): Promise<T> {
  const { client } = onlyOne(await chosenBalancers(index));
  return ask(client).catch((error: unknown) => {
    if (!isGone(error)) throw error;
    throw new CommandError(`Balancer ${client.index} has ended before it answered. Its log says why.`);
  });
}

function onlyOne([first, ...others]: readonly RunningBalancer[]): RunningBalancer {
  if (first === undefined) throw new CommandError(NONE_RUNS);
  if (others.length === 0) return first;
  const choices = [first, ...others].map(({ status }) => `${status.index} (port ${status.sourcePort})`);
  throw new CommandError(`Several balancers run: ${choices.join(', ')}. Name one.`);
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

function rethrow(error: Error): never {
  throw error;
}
