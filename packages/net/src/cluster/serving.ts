// Which worker serves which listener. Pure: it is told who is ready, and tells who accepts where.

/**
 * Every ready worker serves its own listener. Those of the others are shared out among the ready ones, so that no
 * connection waits for a worker that isn't there. Where there are more workers than listeners, several serve the same one.
 * @param ready for each worker whether it can accept; worker and listener of the same index belong together
 * @param count how many listeners there are. @default as many as workers
 * @returns for each worker the indices of the listeners it serves; for one that isn't ready, none
 */
export function shareListeners(ready: readonly boolean[], count: number = ready.length): number[][] {
  const serving = ready.map((isReady, index) => (isReady ? [index % count] : []));
  const present = serving.filter((listeners) => listeners.length > 0);
  if (present.length === 0) return serving;
  const served = new Set(present.flat());
  let turn = 0;
  for (let listener = 0; listener < count; listener += 1) {
    if (served.has(listener)) continue;
    present[turn % present.length]?.push(listener);
    turn += 1;
  }
  return serving;
}
