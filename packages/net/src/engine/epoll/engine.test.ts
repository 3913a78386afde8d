// The epoll engine meets the engine contract, without a difference.
import { engineContract } from '../contract/engine-contract.ts';
import type { Engine } from '../engine.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import { createEpollEngine } from './engine.ts';

function create(budget: DescriptorBudget): Engine {
  const engine = createEpollEngine(budget);
  if (engine instanceof Error) throw engine;
  return engine;
}

engineContract('epoll', create, { differences: {} });
