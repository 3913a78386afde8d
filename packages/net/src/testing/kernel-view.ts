// What the kernel tells of a TCP socket that belongs to the code under test (proc_net_tcp in the kernel's documentation).
import { readFileSync } from 'node:fs';

export interface KernelView {
  /** Bytes that have arrived and were not read. */
  readonly unread: number;
  /** Bytes that were written and have not arrived. */
  readonly unsent: number;
  /** Whether the timer that runs is the one for keep-alive. */
  readonly keepAlive: boolean;
}

const TIME_WAIT = '06';
const KEEP_ALIVE = '02';

/** The socket with these ports, or `undefined` when there is none (any more). */
export function kernelView(localPort: number, remotePort: number): KernelView | undefined {
  const hex = '([0-9A-F]+)';
  const row = new RegExp(`:${portText(localPort)} [0-9A-F]+:${portText(remotePort)} ${hex} ${hex}:${hex} ${hex}:`);
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const [, state, unsent = '', unread = '', timer] = row.exec(readFileSync(table, 'latin1')) ?? [];
    if (state === undefined || state === TIME_WAIT) continue;
    return {
      unread: Number.parseInt(unread, 16),
      unsent: Number.parseInt(unsent, 16),
      keepAlive: timer === KEEP_ALIVE,
    };
  }
  return undefined;
}

function portText(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
