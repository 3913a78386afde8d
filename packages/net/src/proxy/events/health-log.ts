// The log's line on a change of a target's health. One for all processes, by the one that decides on it.
import type { Health, TargetRecord } from '@lb/core';
import type { Log } from '../../base/log.ts';
import { deactivationOf } from '../../options/deactivation.ts';
import type { PoolOptions } from '../../options/index.ts';
import { durationInWords } from '../../options/problems/words.ts';

export function logHealth(
  log: Log,
  { id, health }: TargetRecord,
  before: Health,
  reason: string | undefined,
  options: Pick<PoolOptions, 'targetDeactivationDuration'>,
): void {
  if (health.state === 'healthy') return log.info({ target: id }, `target ${id} is back`);
  // A controller may ask for it with each connection.
  if (before.state === 'suspended' && before.cause === health.cause) return;
  const duration = durationInWords(deactivationOf(options));
  const until = health.cause === 'deactivated' ? `for ${duration}` : 'until it answers';
  log.warn({ target: id, reason }, `target ${id} is suspended ${until}: ${inWords(reason)}`);
}

function inWords(reason: string | undefined): string | undefined {
  return reason === 'OWN_ADDRESS' ? `its name leads to this balancer itself (${reason})` : reason;
}
