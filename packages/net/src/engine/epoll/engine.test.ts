// The epoll engine meets the engine contract, without a difference.
import { engineContract } from '../contract/engine-contract.ts';
import { epollEngine } from './engine.ts';

const engine = epollEngine();
if (engine instanceof Error) throw engine;

engineContract('epoll', engine, { differences: {} });
