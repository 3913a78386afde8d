// What `status` and `start` say of middleware that throws: it may block every client.
import type { StatusDocument } from '../control/protocol.ts';

/** Empty while it has not thrown. */
export function middlewareText({
  counters,
  middlewareFailure,
}: Pick<StatusDocument, 'counters' | 'middlewareFailure'>): string {
  if (!middlewareFailure) return '';
  const { inARow, lastError } = middlewareFailure;
  const count = counters.middlewareFailed;
  const total = `it threw for ${count === 1 ? '1 connection' : `${count} connections`}, which it blocked`;
  const row = inARow > 0 ? `, among them the latest ${inARow} in a row` : '';
  return `${total}${row}; last error: ${lastError}`;
}
