// What a controller may ask, as a worker answers it: questions from what it knows, changes through the primary, so that
// they hold for all workers.
import { type TargetControl, targetId } from '@lb/core';
import type { Balancer } from '../balancer.ts';
import type { ToPrimary } from './messages.ts';

export function workerControl(balancer: Balancer, tell: (message: ToPrimary) => void): TargetControl {
  return {
    targets: () => balancer.targets(),
    activeTargets: () => balancer.activeTargets(),
    isTargetActive: (host, port) => balancer.isTargetActive(host, port),
    setTargets: (targets) => {
      // Refused here, where the caller can see it, rather than in the primary. And done here at once: a controller may
      // read the list back.
      balancer.setTargets(targets);
      tell({ type: 'setTargets', targets: balancer.targets() });
    },
    deactivateTarget: (host, port) => {
      if (!balancer.targets().some((target) => targetId(target) === targetId({ host, port }))) return;
      balancer.deactivateTarget(host, port);
      tell({ type: 'suspend', host, port });
    },
    close: (callback) => {
      if (callback) process.once('exit', callback);
      tell({ type: 'stop' });
    },
  };
}
