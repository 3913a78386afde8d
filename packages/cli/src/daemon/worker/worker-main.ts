// What a worker process runs. The primary starts it; nobody else does.
import { ControllerBalancer, loadController } from '@lb/middleware';
import { runWorker } from '@lb/net';
import { createLogger } from '../../logging/logger.ts';
import { ControllerLog } from './controller-log.ts';

const log = createLogger({ role: 'worker' });

// A terminal that is gone tells the whole group; the primary is the one to act on it.
process.on('SIGHUP', () => {});

runWorker({
  log,
  async loadController(path, control) {
    const balancer = new ControllerBalancer(control);
    new ControllerLog(log).follow(balancer);
    await (await loadController(path)).run(balancer);
    return balancer.admit;
  },
});
