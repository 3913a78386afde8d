// Regular looks at other processes, for a watch that counts its looks and no time. It doesn't know what is looked at.

/** How much later than it should a look may be, in intervals. */
const LATE = 0.5;

/**
 * Looks once in each interval, until it is cleared by `clearInterval`. It keeps no process alive.
 * @param look is told whether it comes late and doesn't count: after a pause of all processes, another one may not have run yet. Never
 *   two in a row, since a process may be busy all the time.
 */
export function lookRegularly(interval: number, look: (isLate: boolean) => void): NodeJS.Timeout {
  let last = performance.now();
  let isLate = false;
  return setInterval(() => {
    const now = performance.now();
    isLate = !isLate && now - last - interval > LATE * interval;
    last = now;
    look(isLate);
  }, interval).unref();
}
