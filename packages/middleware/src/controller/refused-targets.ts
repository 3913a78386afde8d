// The error for a list of targets that a controller sets and that is not valid: what is wrong with it, and what stays in use.
import type { TargetOptions } from '@lb/core';
import { targetId } from '@lb/core/internal';
import { MiddlewareError } from '../errors.ts';
import { reasonText } from '../reason.ts';

/** Targets that are named. */
const MOST_NAMED = 20;

/** @param cause why it is refused @param targets those that stay in use */
export function refusedTargets(cause: unknown, targets: readonly TargetOptions[]): MiddlewareError {
  const why = reasonText(cause)
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  const named = targets.slice(0, MOST_NAMED).map(targetId).join(', ');
  const more = targets.length > MOST_NAMED ? ` and ${targets.length - MOST_NAMED} more` : '';
  const message = `setTargets has changed nothing. ${why}. The targets stay as they are: ${named}${more}.`;
  return new MiddlewareError('TARGETS_REFUSED', message, { cause });
}
