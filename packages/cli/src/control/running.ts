// Which balancers run, and which of them a command is about.
import { CommandError } from '../command-error.ts';
import { printable } from '../printable.ts';
import { ControlClient, isGone, SilenceError } from './client.ts';
import { removeDeadSocket } from './dead-socket.ts';
import { controlFolder, listIndices, socketPath } from './folder.ts';
import type { StatusDocument } from './protocol.ts';
import { restartingText } from './restarting-text.ts';
import { findSupervisors, type Supervisor } from './supervisors.ts';

export const NONE_RUNS = 'No balancer is running. "loadbalancer start" starts one.';

export interface RunningBalancer {
  readonly client: ControlClient;
  readonly status: StatusDocument;
}

export interface Balancers {
  /** Those that answer, in order of their index. */
  readonly running: readonly RunningBalancer[];
  /** Those whose primary has ended, and whose supervisor starts another one. */
  readonly restarting: readonly Supervisor[];
  /** Those that are there and don't answer as they should, with the reason, by their index. */
  readonly silent: ReadonlyMap<number, Error>;
}

/** As `findBalancers`, those that answer. */
export async function runningBalancers(
  folder: string = controlFolder(),
  onFailure: (error: Error) => void = rethrow,
): Promise<readonly RunningBalancer[]> {
  return (await findBalancers(folder, onFailure)).running;
}

/**
 * All balancers, or the one of an index. A socket that nobody answers on is removed.
 * @param onFailure hears of a balancer that is there but doesn't answer as it should. @default throw it
 */
export async function findBalancers(
  folder: string = controlFolder(),
  onFailure: (error: Error) => void = rethrow,
  only?: number,
): Promise<Balancers> {
  const isWanted = (index: number) => only === undefined || index === only;
  const silent = new Map<number, Error>();
  const asked = listIndices(folder)
    .filter(isWanted)
    .map(async (index) => {
      try {
        return await tryBalancer(index, folder);
      } catch (error) {
        const named = withPrimary(error as Error, folder, index);
        silent.set(index, named);
        onFailure(named);
        return undefined;
      }
    });
  const running = (await Promise.all(asked)).filter((balancer) => balancer !== undefined);
  const answered = new Set(running.map(({ client }) => client.index));
  const restarting = findSupervisors(folder)
    .filter(({ index }) => isWanted(index) && !answered.has(index) && !silent.has(index))
    .map((supervisor) => printable(supervisor));
  return { running, restarting, silent };
}

/**
 * The balancers that a command is about: the one of this index, or all.
 * @throws {CommandError} when there is none of this index
 */
export async function chosenBalancers(
  index: number | undefined,
  onFailure: (error: Error) => void = rethrow,
): Promise<Balancers> {
  if (index === undefined) return findBalancers(controlFolder(), onFailure);
  const chosen = await findBalancers(controlFolder(), onFailure, index);
  if (chosen.running.length + chosen.restarting.length + chosen.silent.size > 0) return chosen;
  const running = await runningBalancers(controlFolder(), () => {});
  const there = running.map(({ client }) => client.index).join(', ');
  throw new CommandError(`Balancer ${index} is not running. ${there ? `Running: ${there}.` : 'No balancer is.'}`);
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

function onlyOne({ running: [first, ...others], restarting: [restarting] }: Balancers): RunningBalancer {
  if (first === undefined && restarting) throw new CommandError(restartingText(restarting));
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

/** A message that names the primary of one that is silent, if its supervisor says which process that is. */
function withPrimary(error: Error, folder: string, index: number): Error {
  const supervisor = findSupervisors(folder).find((one) => one.index === index);
  if (!(error instanceof SilenceError) || supervisor?.primaryPid === undefined) return error;
  const { primaryPid, pid } = supervisor;
  return new SilenceError(
    `Balancer ${index} does not answer: its primary (pid ${primaryPid}) may be stuck. "loadbalancer stop ${index}" ends the balancer; "kill -9 ${primaryPid}" has its supervisor (pid ${pid}) start another primary.`,
  );
}

function rethrow(error: Error): never {
  throw error;
}
