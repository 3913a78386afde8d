// What a worker process runs. The primary starts it; nobody else does.
import { ControllerBalancer, loadController } from '@lb/middleware';
import { runWorker } from '@lb/net';
import { createLogger } from './logger.ts';

const log = createLogger({ role: 'worker' });

runWorker({
  log,
  async loadController(path, control) {
    const balancer = new ControllerBalancer(control);
    // Why connections are blocked is logged by the balancer, which keeps floods short.
    balancer.on('error', (error: Error) =>
      log.error({ err: error }, `the controller's middleware failed: ${error.message}`),
    );
    await (await loadController(path)).run(balancer);
    return balancer.admit;
  },
});
