// Which engine to run: the fast one where it can, the one that runs everywhere where it can't. A process has one of each at most,
// and one budget of descriptors for both.
import { BalancerError } from '@lb/core';
import type { Log } from '../base/log.ts';
import type { ProcessOptions } from '../options/index.ts';
import type { Engine } from './engine.ts';
import { createEpollEngine } from './epoll/engine.ts';
import { createStreamsEngine } from './streams/engine.ts';
import { DescriptorBudget } from './system/descriptor-budget.ts';

let budget: DescriptorBudget | undefined;
let epoll: ReturnType<typeof createEpollEngine> | undefined;
let streams: ReturnType<typeof createStreamsEngine> | undefined;

/** One that has the name of an option's value. */
export type ChosenEngine = Engine & { readonly name: ProcessOptions['engine'] };

/** @throws {BalancerError} `ENGINE_UNAVAILABLE` when the one that was asked for can't run here */
export function chooseEngine(wanted: ProcessOptions['engine'], log: Log): ChosenEngine {
  if (wanted === 'streams') return streamsOfProcess();
  const fast = epollOfProcess();
  if (!(fast instanceof Error)) return fast;
  if (wanted === 'epoll') {
    throw new BalancerError(
      `The engine "epoll" cannot run here: ${fast.message}. Set engine to "auto" or "streams", or leave it out.`,
      { code: 'ENGINE_UNAVAILABLE', cause: fast },
    );
  }
  log.warn({ reason: fast.message }, `the engine "streams" is used, which costs more than "epoll": ${fast.message}`);
  return streamsOfProcess();
}

function epollOfProcess(): ChosenEngine | Error {
  epoll ??= createEpollEngine(budgetOfProcess());
  return epoll;
}

function streamsOfProcess(): ChosenEngine {
  streams ??= createStreamsEngine(budgetOfProcess());
  return streams;
}

function budgetOfProcess(): DescriptorBudget {
  budget ??= DescriptorBudget.ofThisProcess();
  return budget;
}
