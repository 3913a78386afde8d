// Whether taking a target out of use would leave clients without any: such a command is refused unless it is forced. Pure.
import { BalancerError, type TargetMode, type TargetRecord } from '@lb/core';

/** How much of the clients a target takes in each mode. */
const TAKES: Readonly<Record<TargetMode, number>> = { enabled: 2, draining: 1, disabled: 0, removed: 0 };

/**
 * @param wanted what the target is to become
 * @throws {BalancerError} `LAST_TARGET` where no other enabled target would be left, or only suspended ones beside one that isn't
 */
export function refuseLastTarget(target: TargetRecord, wanted: TargetMode, targets: readonly TargetRecord[]): void {
  if (TAKES[wanted] >= TAKES[target.mode]) return;
  const others = targets.filter((other) => other !== target && other.mode === 'enabled');
  if (others.some((other) => target.suspended || !other.suspended)) return;
  const left = others.length === 0 ? 'no other target is enabled' : 'all other enabled targets are suspended';
  const verb = wanted === 'draining' ? 'drain' : 'disable';
  const role =
    target.mode === 'draining'
      ? 'is draining, and its clients would have no other target'
      : 'is the last target that takes new clients';
  throw new BalancerError(
    `${target.id} ${role}: ${left}. Enable another one first, or ${verb} this one all the same with --force (over HTTP, "force": true).`,
    { code: 'LAST_TARGET' },
  );
}
