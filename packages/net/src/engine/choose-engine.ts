// Which engine to run: the one that the option names, or the best that runs here. A process has one of each at most, and one budget of
// descriptors for all of them.
import { BalancerError } from '@lb/core';
import type { Log } from '../base/log.ts';
import type { ProcessOptions } from '../options/index.ts';
import type { Engine } from './engine.ts';
import { createEpollEngine } from './epoll/engine.ts';
import { createStreamsEngine } from './streams/engine.ts';
import { DescriptorBudget } from './system/descriptor-budget.ts';

type EngineName = Exclude<ProcessOptions['engine'], 'auto'>;

/** One that has the name of an option's value. */
export type ChosenEngine<Name extends EngineName = EngineName> = Engine & { readonly name: Name };

/** What makes each engine, or says why it cannot run here. The first has the least cost, the last runs everywhere. */
const CREATORS: { readonly [Name in EngineName]: (budget: DescriptorBudget) => ChosenEngine<Name> | Error } = {
  epoll: createEpollEngine,
  streams: createStreamsEngine,
};

const engines = new Map<EngineName, ChosenEngine | Error>();
let budget: DescriptorBudget | undefined;

/** @throws {BalancerError} `ENGINE_UNAVAILABLE` when the one that was asked for can't run here */
export function chooseEngine(wanted: ProcessOptions['engine'], log: Log): ChosenEngine {
  if (wanted === 'auto') return bestEngine(log);
  const engine = engineOfProcess(wanted);
  if (engine instanceof Error) throw unavailable(wanted, engine);
  return engine;
}

function bestEngine(log: Log): ChosenEngine {
  const [best, ...others] = Object.keys(CREATORS) as [EngineName, ...EngineName[]];
  const engine = engineOfProcess(best);
  if (!(engine instanceof Error)) return engine;
  for (const name of others) {
    const other = engineOfProcess(name);
    if (other instanceof Error) continue;
    log.warn(
      { reason: engine.message },
      `the engine "${name}" is used, which costs more than "${best}": ${engine.message}`,
    );
    return other;
  }
  throw unavailable(best, engine);
}

function engineOfProcess(name: EngineName): ChosenEngine | Error {
  budget ??= DescriptorBudget.ofThisProcess();
  const engine = engines.get(name) ?? CREATORS[name](budget);
  engines.set(name, engine);
  return engine;
}

function unavailable(name: EngineName, reason: Error): BalancerError {
  return new BalancerError(
    `The engine "${name}" cannot run here: ${reason.message}. Set engine to "auto", or leave it out.`,
    { code: 'ENGINE_UNAVAILABLE', cause: reason },
  );
}
