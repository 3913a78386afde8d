// Which worker serves which listener. Pure: it is told who is ready, and tells who accepts where. Runs in the primary.

/**
 * Every ready worker serves its own listener. Those of the others are shared out among the ready ones, so that no
 * connection waits for a worker that isn't there. Where there are more workers than listeners, several serve the same one.
 * @param ready for each worker whether it can accept; worker and listener of the same index belong together
 * @param count how many listeners there are. @default as many as workers
 * @param silent for each worker whether it may be hanging. It keeps its own listener, which another one serves as well
 * @returns for each worker the indices of the listeners it serves; for one that isn't ready, none
 */
export function shareListeners(
  ready: readonly boolean[],
  count: number = ready.length,
  silent: readonly boolean[] = [],
): number[][] {
  const serving = ready.map((isReady, index) => (isReady ? [index % count] : []));
  const beating = ready.map((isReady, index) => isReady && !silent[index]);
  const reliable = beating.includes(true) ? beating : ready;
  const present = serving.filter((_, index) => reliable[index]);
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
