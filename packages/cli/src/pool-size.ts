// How many threads of Node's pool a process needs, and whether the system has room for the threads of a balancer. Looks at the config's
// text only, and synchronously: the pool's size is settled by its first use. It validates nothing.
import { readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { threadRoom, usableCpus } from '@lb/net/internal';
import { MOST_BYTES } from './config/config-text.ts';

/** Node's own default. Half of a pool may look up names, and the other half reads files. */
const LEAST = 4;
/** For targets with names: a name that has no answer keeps a thread for 10 s and more. */
const FOR_NAMES = 64;
/** What a process of Node has: itself, those of V8, one for signals, and the pool. */
const PER_PROCESS = 11;

/** The config that a command line of `run` or `check`, or of a primary, names. Undefined for one that looks up no names of targets. */
export function configIn([, , first = '', ...others]: readonly string[]): string | undefined {
  if (/^\d+$/.test(first)) return others[0]; // a primary; primary-main.ts has its arguments
  if (first !== 'run' && first !== 'check') return undefined;
  const [name] = others
    .flatMap((each, at) =>
      each === '--config' ? (others[at + 1] ?? []) : each.startsWith('--config=') ? each.slice('--config='.length) : [],
    )
    .slice(-1);
  return name ?? 'config.json';
}

/** @param config its path */
export function poolSize(config: string | undefined, room = threadRoom()): number {
  const text = config === undefined ? '' : textOf(config);
  if (text !== undefined && !hasNames(text)) return LEAST;
  if (room === undefined) return FOR_NAMES;
  // The workers come first, and another process may need some, too.
  const rest = room - workersIn(text ?? '') * PER_PROCESS;
  return Math.min(FOR_NAMES, Math.max(LEAST, Math.floor(rest / 2)));
}

/** @returns what to say where the system has not as many threads left for the pool of this process */
export function roomFor(threads: number, room = threadRoom()): string | undefined {
  if (room === undefined || room >= threads) return undefined;
  return `This process needs ${threads} more threads, and the system allows only ${room}. ${REMEDY}`;
}

/** @returns what to say where so many more processes of a balancer would not have their threads */
export function roomForProcesses(processes: number, room = threadRoom()): string | undefined {
  const threads = processes * PER_PROCESS;
  if (room === undefined || room >= threads) return undefined;
  return `The balancer would start ${processes} processes with ${threads} threads, and the system allows only ${room} more. ${REMEDY} A smaller balancerCount needs fewer.`;
}

const REMEDY =
  'Raise the limit: the container\'s or service\'s limit of processes (pids.max, TasksMax), or "ulimit -u".';

/** Undefined for what is not a plain file: a pipe can be read once only. What can't be read is someone else's to say. */
function textOf(config: string): string | undefined {
  try {
    const stat = statSync(config);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(config, 'latin1') : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a target may have a name. */
function hasNames(text: string): boolean {
  const hosts = text.matchAll(/(?<!\w)host["']?\s*:\s*["']\[?([^"'\]]*)/g);
  return [...hosts].some(([, host = '']) => isIP(host) === 0);
}

function workersIn(text: string): number {
  return Number(/(?<!\w)balancerCount["']?\s*:\s*["']?(\d+)/.exec(text)?.[1] ?? 0) || usableCpus();
}
