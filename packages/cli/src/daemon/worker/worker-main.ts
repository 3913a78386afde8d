// What a worker process runs. The primary starts it; nobody else does.
import { type ClientSocket, ControllerBalancer, loadController, reasonText } from '@lb/middleware';
import { runWorker } from '@lb/net';
import { LogThrottle } from '@lb/net/internal';
import { createLogger } from '../../logging/logger.ts';

/** ms between two lines of a kind about single connections. */
const LOG_INTERVAL = 1_000;

const log = createLogger({ role: 'worker' });
const throttle = new LogThrottle(LOG_INTERVAL);

// A terminal that is gone tells the whole group; the primary is the one to act on it.
process.on('SIGHUP', () => {});

runWorker({
  log,
  async loadController(path, control) {
    const balancer = new ControllerBalancer(control);
    balancer.on('notice', (reason: unknown) => {
      const leftOut = throttle.pass('blocked', performance.now());
      if (leftOut === undefined) return;
      const text = reasonText(reason);
      log.info({ reason: text, leftOut }, `blocked a connection: ${text}`);
    });
    balancer.on('error', (error: Error, { clientAddress: client }: ClientSocket, hasBlocked: boolean) => {
      const leftOut = throttle.pass(hasBlocked ? 'failed' : 'failed after', performance.now());
      if (leftOut === undefined) return;
      const text = hasBlocked
        ? "blocked a connection: the controller's middleware threw"
        : 'the controller threw after its middleware had answered for a connection';
      log.error({ err: error, client, leftOut }, `${text}: ${error.message}`);
    });
    await (await loadController(path)).run(balancer);
    return balancer.admit;
  },
});
