// Whether the user that the balancer is to become can run node and read what it needs, found out before anything is given up.
// Asked with three processes: the primary starts one that becomes the user, and that one starts what a worker would be.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { BalancerError, errorCode, errorMessage } from '@lb/core';
import { childFlags } from '../../engine/system/process/child-flags.ts';
import type { ProcessOptions } from '../../options/index.ts';
import { becomeUser } from './become-user.ts';
import { type Identity, resolveIdentity } from './identity.ts';

/** ms that the innermost process may take. */
const INNER_DEADLINE = 30_000;
/** ms that the one around it may take, and the look-up of the user before it. The primary waits without beating: its supervisor kills it after 60 s. */
const DEADLINE = 45_000;
/** No process could be made, or Node not begin its threads in it. */
const NO_PROCESS = /\bEAGAIN$|\bSIGABRT$/;

/**
 * @param workerModule what a worker runs; the probe loads it as the user
 * @param files what the user must be able to read besides
 * @param deadline ms after which a process that is still at it has failed
 * @throws {BalancerError} `IDENTITY_TOO_WEAK`, with what the user can't do
 */
export function probeIdentity(
  identity: Identity,
  workerModule: string,
  files: readonly string[],
  deadline: number = DEADLINE,
): void {
  const reason = failureOf(workerModule, ['--probe-as', JSON.stringify(identity), ...files], deadline);
  if (reason === undefined) return;
  // What is missing is a right of this process, not of the user.
  if (/\bCannot become uid /.test(reason)) throw new BalancerError(reason, { code: 'DOWNGRADE_FAILED' });
  const who = identity.name ?? `uid ${identity.uid}`;
  const advice = NO_PROCESS.test(reason)
    ? 'The limit of processes of that user (ulimit -u, LimitNPROC=) may be too low'
    : 'Give that user the right to read it, or name another user';
  throw new BalancerError(`${who}, whom downgradeToUser names, cannot run the balancer: ${reason}. ${advice}.`, {
    code: 'IDENTITY_TOO_WEAK',
  });
}

/** Whom `downgradeToUser` has the balancer become, if it is given. @throws {BalancerError} why that can't be */
export function fitIdentity(
  { downgradeToUser, downgradeToGroup }: Pick<ProcessOptions, 'downgradeToUser' | 'downgradeToGroup'>,
  workerModule: string,
  files: readonly string[],
): Identity | undefined {
  if (downgradeToUser === undefined) return undefined;
  const begun = performance.now();
  const identity = resolveIdentity(downgradeToUser, downgradeToGroup);
  probeIdentity(identity, workerModule, files, DEADLINE - Math.floor(performance.now() - begun));
  return identity;
}

/** Answers when this process was started as a probe. @returns whether it was; the process then ends by itself */
export function answerProbe(argv: readonly string[]): boolean {
  const [, workerModule = '', mode, ...rest] = argv;
  if (mode !== '--probe-as' && mode !== '--probe') return false;
  try {
    if (mode === '--probe') for (const file of rest) accessSync(file, constants.R_OK);
    else probeAs(JSON.parse(rest[0] as string), workerModule, rest.slice(1));
  } catch (error) {
    process.stderr.write(`${errorMessage(error)}\n`);
    process.exitCode = 1;
  }
  return true;
}

function probeAs(identity: Identity, workerModule: string, files: readonly string[]): void {
  becomeUser(identity);
  const reason = failureOf(workerModule, ['--probe', ...files], INNER_DEADLINE);
  if (reason !== undefined) throw new Error(reason);
}

/** Runs a probe. @returns why it has failed, if it has */
function failureOf(workerModule: string, args: readonly string[], deadline: number): string | undefined {
  const { status, signal, error, stderr } = spawnSync(process.execPath, [...childFlags(), workerModule, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: deadline,
    killSignal: 'SIGKILL',
  });
  if (status === 0) return undefined;
  if (errorCode(error) === 'ETIMEDOUT')
    return `${workerModule} has not loaded within ${Number((deadline / 1_000).toFixed(1))} s`;
  if (signal) return `the process that tried was ended by ${signal}`;
  return error?.message ?? lastLine(stderr);
}

/** What a process said last, or the error's own line where Node has printed a stack below it. */
function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  const line = lines.find((each) => /^\w*Error\b|^E[A-Z]+:/.test(each)) ?? lines.at(-1);
  return line || 'a process exited without an error message';
}
