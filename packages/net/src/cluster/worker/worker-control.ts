// What a controller may ask, as a worker answers it: questions from what it knows, changes through the primary, so that
// they hold for all workers.
import type { TargetOptions } from '@lb/core';
import { askedTargetId, type TargetControl, targetId } from '@lb/core/internal';
import type { Log } from '../../base/log.ts';
import { splitOwnFields } from '../../options/index.ts';
import type { Balancer } from '../../proxy/balancer.ts';
import type { ToPrimary } from '../protocol/messages.ts';
import { OwnFields } from './own-fields.ts';

export function workerControl(balancer: Balancer, tell: (message: ToPrimary) => void, log: Log): TargetControl {
  const { agreement, control } = balancer;
  const ownFields = new OwnFields(log);
  // A controller may read the list back before all processes have agreed on it.
  let asked: { readonly targets: readonly TargetOptions[]; readonly epoch: number | undefined } | undefined;
  const targets = (): readonly TargetOptions[] => {
    return asked && asked.epoch === agreement?.epoch ? asked.targets : control.targets();
  };
  return {
    targets: () => ownFields.with(targets()),
    activeTargets: () => ownFields.with(control.activeTargets()),
    settings: () => control.settings(),
    isTargetActive: (host, port) => control.isTargetActive(host, port),
    setTargets: (given) => {
      const { list, own } = splitOwnFields(given);
      // Refused here, where the caller can see it, rather than in the primary.
      const checked = control.check(list);
      ownFields.keep(own);
      asked = { targets: checked, epoch: agreement?.epoch };
      agreement?.expectEpoch();
      tell({ type: 'setTargets', targets: checked });
    },
    deactivateTarget: (host, port) => {
      const id = askedTargetId(host, port);
      if (!targets().some((target) => targetId(target) === id)) return;
      control.deactivateTarget(host, port);
      tell({ type: 'suspend', host, port });
    },
    close: (callback) => {
      if (callback) process.once('exit', callback);
      tell({ type: 'stop' });
    },
  };
}
