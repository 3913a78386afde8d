// How much memory the workers of a balancer have in use.
import { readFileSync } from 'node:fs';
import type { TestBalancer } from './balancer.ts';

/** Bytes that are in memory and not shared with a file, of all workers together. */
export async function memoryOf(balancer: TestBalancer): Promise<number> {
  const { workers } = await balancer.status();
  return workers.reduce((sum, { pid }) => sum + anonymous(pid as number), 0);
}

/** Bytes of one process that are in memory and not shared with a file. */
export function anonymous(pid: number): number {
  const [, kilobytes] = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
  return Number(kilobytes) * 1024;
}
