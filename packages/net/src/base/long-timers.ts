// Timers whose time comes from an option. Node's own hold 24.8 days at most and fire at once beyond that; these wait in as many equal
// parts as it takes. What they return is Node's timer: `clearTimeout` and `unref` do what they do.

/** ms. The longest time of one of Node's timers. */
export const LONGEST_TIMER: number = 2 ** 31 - 1;

/** Calls back once after `delay` ms. */
export function setLongTimeout(action: () => void, delay: number): NodeJS.Timeout {
  if (delay <= LONGEST_TIMER) return setTimeout(action, delay);
  let left = Math.ceil(delay / LONGEST_TIMER);
  const timer = setTimeout(
    () => {
      left -= 1;
      if (left > 0) timer.refresh();
      else action();
    },
    Math.ceil(delay / left),
  );
  return timer;
}
