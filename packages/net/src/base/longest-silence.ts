// How long a process may hang where the watch that `workerTimeout` sets does not end it: a worker without a primary, and the primary.

const LEAST = 60_000;

/** @returns ms after which it is killed. 0 means never */
export function longestSilence(workerTimeout: number): number {
  return workerTimeout && Math.max(LEAST, 3 * workerTimeout);
}
