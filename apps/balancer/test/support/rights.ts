// What the kernel says about the rights of a process, and the system about the groups of a user.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export interface ProcessRights {
  /** Real, effective, saved, file system. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  /** Whether it can gain no rights by starting a program. */
  readonly noNewPrivileges: boolean;
  readonly capabilities: Readonly<Record<'inheritable' | 'permitted' | 'effective' | 'ambient', bigint>>;
}

export function rightsOf(pid: number): ProcessRights {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? '';
  const numbers = (name: string): number[] => field(name).split(/\s+/).filter(Boolean).map(Number);
  const mask = (name: string): bigint => BigInt(`0x${field(name)}`);
  return {
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    noNewPrivileges: field('NoNewPrivs') === '1',
    capabilities: {
      inheritable: mask('CapInh'),
      permitted: mask('CapPrm'),
      effective: mask('CapEff'),
      ambient: mask('CapAmb'),
    },
  };
}

/** The groups that a user has by the system's own lists, in the kernel's order. */
export function groupsOf(user: string | number): { readonly gid: number; readonly groups: readonly number[] } {
  const ask = (option: string): string => execFileSync('id', [option, String(user)], { encoding: 'utf8' });
  return {
    gid: Number(ask('-g')),
    groups: ask('-G')
      .trim()
      .split(' ')
      .map(Number)
      .sort((a, b) => a - b),
  };
}

/** The least port that a user without rights may open. */
export function firstOpenPort(): number {
  return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
}

/** A free port that only root may open, if there is any such port. */
export async function privilegedPort(): Promise<number> {
  for (;;) {
    const port = 300 + Math.floor(Math.random() * 700);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '::', () => server.close(() => resolve(true)));
    });
    if (isFree) return port;
  }
}
