// Which engine to run: the fast one where it can, the one that runs everywhere where it can't.

import { BalancerError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ResolvedOptions } from '../options/index.ts';
import type { Engine } from './engine.ts';
import { epollEngine } from './epoll/engine.ts';
import { streamsEngine } from './streams/engine.ts';

/** @throws {BalancerError} `ENGINE_UNAVAILABLE` when the one that was asked for can't run here */
export function chooseEngine(wanted: ResolvedOptions['engine'], log: Log): Engine {
  if (wanted === 'streams') return streamsEngine;
  const epoll = epollEngine();
  if (!(epoll instanceof Error)) return epoll;
  if (wanted === 'epoll') {
    throw new BalancerError(
      `The engine "epoll" cannot run here: ${epoll.message}. Set engine to "auto" or "streams", or leave it out.`,
      { code: 'ENGINE_UNAVAILABLE', source: 'internal', cause: epoll },
    );
  }
  log.warn({ reason: epoll.message }, `the engine "streams" is used, which costs more than "epoll": ${epoll.message}`);
  return streamsEngine;
}
