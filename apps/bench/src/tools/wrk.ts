// wrk: as many requests as go, over a number of connections, for a number of seconds.
import { run } from '../machine/processes.ts';

const SPARE_TIME = 15_000;

export interface WrkRun {
  readonly port: number;
  readonly connections: number;
  /** Whole seconds. */
  readonly seconds: number;
  /** Whether each request has a connection of its own. @default false */
  readonly close?: boolean;
}

/** @returns how many requests were answered @throws when one failed */
export async function wrk({ port, connections, seconds, close = false }: WrkRun): Promise<number> {
  const args = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--timeout', '5s'];
  if (close) args.push('-H', 'Connection: close');
  const { code, stdout, stderr } = await run(
    'wrk',
    [...args, `http://127.0.0.1:${port}/`],
    seconds * 1000 + SPARE_TIME,
  );
  if (code !== 0) throw new Error(`wrk failed: ${stderr || stdout}`);
  return parseWrk(stdout);
}

/** @throws when the output tells of a failed request, or of none at all */
export function parseWrk(output: string): number {
  const errors = /^\s*(Socket errors|Non-2xx or 3xx responses): .*$/m.exec(output);
  if (errors !== null) throw new Error(`not every request was answered: ${errors[0].trim()}`);
  const requests = Number(/^\s*(\d+) requests in /m.exec(output)?.[1]);
  if (!(requests > 0)) throw new Error(`no request was answered: ${output}`);
  return requests;
}
