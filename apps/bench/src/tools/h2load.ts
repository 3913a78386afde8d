// h2load: a given number of requests a second, over connections that are kept alive, and the time that each took.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../machine/processes.ts';

const CONNECTIONS = 64;
/** One connection after the other, ms apart: this spreads their requests evenly, where together they would send in bursts. */
const APART = 11;
const WARM_UP = 1;
const SPARE_SECONDS = 15;

export interface RateRun {
  readonly port: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** For its log, which is removed. */
  readonly folder: string;
}

export interface RateResult {
  /** Microseconds from request to answer, of those in the measured part. */
  readonly latencies: readonly number[];
  /** Requests a second in that part. */
  readonly rate: number;
  /** Microseconds between two requests of one connection. */
  readonly interval: number;
}

/** @throws when a request failed */
export async function h2load({ port, rate, seconds, folder }: RateRun): Promise<RateResult> {
  const log = join(folder, 'h2load.log');
  const perSecond = rate / CONNECTIONS;
  const each = Math.ceil((WARM_UP + seconds + 0.1) * perSecond);
  const total = each * CONNECTIONS;
  const pace = ['--rps', `${perSecond}`, '-r', '1', '--rate-period', `${APART}ms`];
  const args = ['--h1', '-t', '1', '-c', `${CONNECTIONS}`, '-n', `${total}`, ...pace, '--log-file', log];
  const timeout = (WARM_UP + seconds + SPARE_SECONDS) * 1000;
  const { code, stdout, stderr } = await run('h2load', [...args, `http://127.0.0.1:${port}/`], timeout);
  if (code !== 0) throw new Error(`h2load failed: ${stderr || stdout}`);
  const rows = parseLog(await readFile(log, 'utf8'));
  await rm(log);
  if (rows.length !== total) throw new Error(`${rows.length} of ${total} requests were answered: ${stdout}`);
  const begin = (rows[0]?.start ?? 0) + WARM_UP * 1e6;
  const measured = rows.filter(({ start }) => start >= begin && start < begin + seconds * 1e6);
  return {
    latencies: measured.map(({ latency }) => latency),
    rate: measured.length / seconds,
    interval: 1e6 / perSecond,
  };
}

export interface Row {
  /** Microseconds. */
  readonly start: number;
  readonly latency: number;
}

/** The rows of its log, by their beginning. @throws when one is of a failed request */
export function parseLog(text: string): Row[] {
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [start = Number.NaN, status, latency = Number.NaN] = line.split('\t').map(Number);
      if (status !== 200 || Number.isNaN(start + latency)) throw new Error(`a request failed: "${line}"`);
      return { start, latency };
    });
  return rows.sort((a, b) => a.start - b.start);
}
