// How many segments with data the kernel has received, as `ss` of iproute2 tells it.
import { execFileSync, spawnSync } from 'node:child_process';

export const HAS_SS = spawnSync('ss', ['-V'], { stdio: 'ignore' }).status === 0;

/** On each connection that a port has accepted and that is open still. */
export function segmentsAt(port: number): number[] {
  const text = execFileSync('ss', ['-tinH', 'state', 'established', `( sport = :${port} )`], { encoding: 'utf8' });
  return [...text.matchAll(/\bdata_segs_in:(\d+)/g)].map(([, count]) => Number(count));
}
