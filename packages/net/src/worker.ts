// What a worker's module loads: no more than a worker runs, since each start of one waits for it.

export { runWorker, type WorkerHooks } from './cluster/worker/run-worker.ts';
