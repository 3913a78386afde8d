// What every engine does, as tests: one suite for all of them, a part of it in each file here. Linux only.
import { describe } from 'vitest';
import type { Engine } from '../engine.ts';
import { DescriptorBudget } from '../system/descriptor-budget.ts';
import { backPressureContract } from './back-pressure-contract.ts';
import { budgetContract } from './budget-contract.ts';
import { busyContract } from './busy-contract.ts';
import { bytesContract } from './bytes-contract.ts';
import { controlContract } from './control-contract.ts';
import { deadlinesContract } from './deadlines-contract.ts';
import { descriptorsContract } from './descriptors-contract.ts';
import { dialContract } from './dial-contract.ts';
import { downstreamContract } from './downstream-contract.ts';
import type { EngineDifferences } from './engine-differences.ts';
import { fairnessContract } from './fairness-contract.ts';
import { halfCloseContract } from './half-close-contract.ts';
import { headContract } from './head-contract.ts';
import { keepAliveContract } from './keep-alive-contract.ts';
import { listenContract } from './listen-contract.ts';
import { looksContract } from './looks-contract.ts';
import { observerContract } from './observer-contract.ts';
import { reportContract } from './report-contract.ts';
import { resetContract } from './reset-contract.ts';

/** ms for one test: longer than it waits for any condition, so that it says which one was not met. */
const PATIENCE = 60_000;

export interface EngineContractOptions {
  readonly differences: EngineDifferences;
}

export function engineContract(
  name: string,
  create: (budget: DescriptorBudget) => Engine,
  { differences }: EngineContractOptions,
): void {
  const engine = create(DescriptorBudget.ofThisProcess());
  describe(`the engine ${name}`, { timeout: PATIENCE }, () => {
    describe('listens', () => listenContract(engine));
    describe('keeps a client waiting', () => downstreamContract(engine, differences));
    describe('looks at the head of a stream', () => headContract(engine));
    describe('looks several times at the head of a stream', () => looksContract(engine));
    describe('dials', () => dialContract(engine));
    describe('moves bytes', () => bytesContract(engine));
    describe('lets one stream hold up nobody', () => fairnessContract(engine));
    describe('passes on an end', () => halfCloseContract(engine));
    describe('passes on a reset', () => resetContract(engine, differences));
    describe('lets a slow reader hold its writer', () => backPressureContract(engine));
    describe('ends what is silent', () => deadlinesContract(engine));
    describe('keeps its times though the process is busy', () => busyContract(engine));
    describe('has the kernel look after what is silent', () => keepAliveContract(engine));
    describe('obeys a controller', () => controlContract(engine));
    describe('tells its observer', () => observerContract(engine));
    describe('reports of a connection', () => reportContract(engine));
    describe('leaves no descriptor open', () => descriptorsContract(engine));
    describe('keeps to its budget of descriptors', () => budgetContract(create));
  });
}
