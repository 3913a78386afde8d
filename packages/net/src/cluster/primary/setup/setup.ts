// A config as it has turned out on this machine: with the engine that was chosen and the listeners that were opened.

import { BalancerError, errorCode } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { chooseEngine } from '../../../engine/choose-engine.ts';
import { type Libc, loadLibc } from '../../../engine/system/libc.ts';
import { type Listeners, openListeners } from '../../../engine/system/listening-sockets.ts';
import { refuseOpaque } from '../../../engine/transparent.ts';
import type { ListenerOptions, PoolOptions, ProcessOptions, ResolvedOptions } from '../../../options/index.ts';
import { adoptListeners } from '../listeners/adopt-listeners.ts';
import type { OpenedListeners } from '../listeners/opened-listeners.ts';
import type { ReloadPlan } from './reload-plan.ts';

export interface Setup {
  /** The options as the config gives them. */
  readonly given: ResolvedOptions;
  /** The options as they are: the real port, the engine in use. */
  readonly options: ResolvedOptions;
  /** Absent where each worker opens its own. */
  readonly listeners: Listeners | undefined;
  /** Whether some workers are of an earlier setup, since a reload was only half done. */
  readonly isPartly?: boolean;
}

/**
 * Chooses the engine and opens the listeners, unless there are some already.
 * @param inherited descriptors of listeners. Those that are not taken are closed
 * @throws {BalancerError} with the system's code, and what to do about it
 */
export function openSetup(given: ResolvedOptions, log: Log, inherited: readonly number[] = []): Setup {
  const libc = loadLibc();
  const options = { ...given, engine: engineOrNothing(libc, given, log, inherited) };
  if (libc instanceof Error) {
    log.warn({ reason: libc.message }, `one worker only, with a listener of its own: ${libc.message}`);
    if (given.maxConnections > 0)
      log.warn({}, 'maxConnections is not kept on this system: a listener that waits needs the binding');
    return { given, options: { ...options, balancerCount: 1 }, listeners: undefined };
  }
  const { sourceHost, sourcePort, balancerCount } = options;
  const listeners =
    adoptListeners(libc, inherited, sourceHost, sourcePort) ??
    openListeners(libc, sourceHost, sourcePort, balancerCount);
  return { given, options: { ...options, sourceHost: listeners.host, sourcePort: listeners.port }, listeners };
}

/**
 * What another config makes of a setup. The listeners are kept where the address is; more workers then share them.
 * @throws {BalancerError} when the new address can't be listened on; nothing has changed then
 */
export function nextSetup(
  present: Setup,
  given: ResolvedOptions,
  plan: ReloadPlan,
  opened: OpenedListeners,
  log: Log,
): Setup {
  if (!present.listeners) return nextWithoutListeners(present, given, plan, log);
  const engine = nextEngine(present, given, log);
  const listeners = plan.movesListeners ? (opened.find(given) ?? openedAnew(given, opened)) : present.listeners;
  const options = { ...given, engine, sourceHost: listeners.host, sourcePort: listeners.port };
  return { given, options, listeners };
}

/** @param port that a worker listens on: where each opens a listener of its own, it is known only then */
export function withPort(setup: Setup, port: number): Setup {
  return setup.listeners ? setup : { ...setup, options: { ...setup.options, sourcePort: port } };
}

function nextWithoutListeners(present: Setup, given: ResolvedOptions, plan: ReloadPlan, log: Log): Setup {
  if (plan.replacesWorkers) {
    throw new BalancerError(
      `${plan.changed.join(', ')} can't be changed while the balancer runs: this system has no listeners that processes share, and nothing was changed. Stop it and start it again.`,
      { code: 'NEEDS_RESTART' },
    );
  }
  const { sourceHost, sourcePort, balancerCount } = present.options;
  return {
    ...present,
    given,
    options: { ...given, engine: nextEngine(present, given, log), sourceHost, sourcePort, balancerCount },
  };
}

/** As `engineFor`. Leaves no descriptor open where there is no engine. */
function engineOrNothing(
  libc: Libc | Error,
  given: ResolvedOptions,
  log: Log,
  inherited: readonly number[],
): ProcessOptions['engine'] {
  try {
    return engineFor(given, log);
  } catch (error) {
    if (!(libc instanceof Error)) for (const fd of inherited) libc.close(fd);
    throw error;
  }
}

/** The engine in use, if the config still wants the same. */
function nextEngine(present: Setup, given: ResolvedOptions, log: Log): ProcessOptions['engine'] {
  const engine = given.engine === present.given.engine ? present.options.engine : given.engine;
  return engineFor({ ...given, engine }, log);
}

/** @throws {BalancerError} `ENGINE_UNAVAILABLE`, `NOT_TRANSPARENT` */
function engineFor(
  given: Pick<ProcessOptions & PoolOptions, 'engine' | 'transparent'>,
  log: Log,
): ProcessOptions['engine'] {
  const engine = chooseEngine(given.engine, log);
  if (given.transparent) refuseOpaque(engine);
  return engine.name;
}

function openedAnew(
  { sourceHost, sourcePort, balancerCount }: ListenerOptions & ProcessOptions,
  opened: OpenedListeners,
): Listeners {
  if (opened.holdsPort(sourcePort)) {
    throw new BalancerError(
      `This balancer holds port ${sourcePort} at another address, and can't have it at ${sourceHost} too. Nothing was changed. Stop it and start it again to move it there.`,
      { code: 'NEEDS_RESTART' },
    );
  }
  try {
    return openListeners(loadLibc() as Libc, sourceHost, sourcePort, balancerCount);
  } catch (error) {
    const { message } = error as Error;
    const isRights = errorCode(error) === 'EACCES' || errorCode(error) === 'EPERM';
    const advice = isRights
      ? 'The rights that it needs were given up at the start. Stop the balancer and start it again to move it there.'
      : 'Nothing was changed.';
    throw new BalancerError(`${message} ${advice}`, { code: errorCode(error), cause: error });
  }
}
