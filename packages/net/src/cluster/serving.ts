// Which worker serves which listener. Pure: it is told who is ready, and tells who accepts where.

/**
 * Every ready worker serves its own listener. Those of the others are shared out among the ready ones, so that no
 * connection waits for a worker that isn't there.
 * @param ready for each worker whether it can accept; worker and listener of the same index belong together
 * @returns for each worker the indices of the listeners it serves; for one that isn't ready, none
 */
export function shareListeners(ready: readonly boolean[]): number[][] {
  const serving = ready.map((isReady, index) => (isReady ? [index] : []));
  const present = serving.filter((listeners) => listeners.length > 0);
  if (present.length === 0) return serving;
  let turn = 0;
  for (const [index, isReady] of ready.entries()) {
    if (isReady) continue;
    present[turn % present.length]?.push(index);
    turn += 1;
  }
  return serving;
}
