// What is said of a change of a target's health: once, by the process that decides on it.
import type { Log } from '../../base/log.ts';

export function logHealth(
  log: Log,
  target: string,
  health: 'suspended' | 'restored',
  reason: string | undefined,
  { targetDeactivationDuration }: { readonly targetDeactivationDuration: number },
): void {
  if (health === 'restored') return log.info({ target }, `target ${target} is back`);
  log.warn({ target, reason }, `target ${target} is suspended for ${targetDeactivationDuration} ms: ${reason}`);
}
