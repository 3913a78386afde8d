// How many segments with data the kernel has received, as `ss` of iproute2 tells it.
import { execFileSync, spawnSync } from 'node:child_process';

export const HAS_SS = spawnSync('ss', ['-V'], { stdio: 'ignore' }).status === 0;

/** On each connection that a port of 127.0.0.1 has accepted and that is open still. Others may have that port of another address. */
export function segmentsAt(port: number): number[] {
  const filter = `( src 127.0.0.1 and sport = :${port} )`;
  const text = execFileSync('ss', ['-tinH', 'state', 'established', filter], { encoding: 'utf8' });
  return [...text.matchAll(/\bdata_segs_in:(\d+)/g)].map(([, count]) => Number(count));
}
