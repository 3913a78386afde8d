// The descriptors that this process holds, to find those that were left open.
import { readdirSync } from 'node:fs';
import { until } from './until.ts';

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Waits until there are as many as before; a close may take some turns of the loop. */
export async function expectDescriptors(before: number): Promise<void> {
  await until(
    `${before} open descriptors again (${openDescriptors()} are open now)`,
    () => openDescriptors() <= before,
  );
}
