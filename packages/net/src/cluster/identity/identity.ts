// The user that the balancer becomes after it has opened its port: who that is, and becoming it.
import { execFileSync } from 'node:child_process';
import { BalancerError, errorCode, errorMessage } from '@lb/core';
import type { Account } from './user-environment.ts';

/** ms that the system may take to say who a user is. */
const LOOK_UP_DEADLINE = 30_000;

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** The user's name where the system knows one: its supplementary groups come from there. */
  readonly name: string | undefined;
  readonly account: Account;
}

/**
 * The identity that `downgradeToUser` and `downgradeToGroup` name. A name or a known uid takes its groups from the system;
 * a uid without an entry gets no supplementary groups, and the gid of the same number unless a group is given.
 * @throws {BalancerError} `UNKNOWN_USER`, `UNKNOWN_GROUP`, or `NOT_ROOT` when this process has another user and may not change it
 */
export function resolveIdentity(user: string | number, group: string | number | undefined): Identity {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) {
    if (group === undefined && Number(lookUp(['-u', String(user)]) ?? user) === uid) {
      return { uid, gid: process.getgid?.() ?? -1, name: undefined, account: accountOf(String(uid)) };
    }
    throw new BalancerError(
      `downgradeToUser is ${JSON.stringify(user)}, but only root can become another user. Start the balancer as root, or leave downgradeToUser out.`,
      { code: 'NOT_ROOT' },
    );
  }
  const gid = group === undefined ? undefined : resolveGroup(group);
  const known = lookUp(['-u', String(user)]);
  if (known !== undefined) {
    const name = lookUp(['-un', String(user)]);
    return {
      uid: Number(known),
      gid: gid ?? Number(lookUp(['-g', String(user)])),
      name: group === undefined ? name : undefined,
      account: accountOf(known),
    };
  }
  if (!/^\d+$/.test(String(user))) {
    throw new BalancerError(
      `downgradeToUser names the user ${JSON.stringify(user)}, whom this system does not know. Create it (useradd --system ${user}), or name another.`,
      { code: 'UNKNOWN_USER' },
    );
  }
  return { uid: Number(user), gid: gid ?? Number(user), name: undefined, account: accountOf(String(user)) };
}

/** Gives up all rights but those of `identity`. Does nothing when that is who this process is already. */
export function becomeIdentity({ uid, gid, name }: Pick<Identity, 'uid' | 'gid' | 'name'>): void {
  if (process.getuid?.() === uid && process.geteuid?.() === uid && process.getgid?.() === gid) return;
  try {
    if (name === undefined) process.setgroups?.([]);
    else initgroups(name, gid);
    process.setgid?.(gid);
    process.setuid?.(uid);
  } catch (cause) {
    const why = `Cannot become uid ${uid} with gid ${gid}, and the balancer does not go on as root: ${errorMessage(cause)}.`;
    const advice = errorCode(cause) === 'EPERM' ? ' Give it the capabilities CAP_SETUID and CAP_SETGID.' : '';
    throw new BalancerError(`${why}${advice}`, { code: 'DOWNGRADE_FAILED', cause });
  }
  if (process.getuid?.() !== uid || process.geteuid?.() !== uid || process.getgid?.() !== gid) {
    throw new BalancerError(`Became uid ${process.getuid?.()} in place of ${uid}.`, {
      code: 'DOWNGRADE_FAILED',
    });
  }
}

/** From the sources that the system's own programs ask. */
function accountOf(uid: string): Account {
  const [name, , , , , home, shell] = run('getent', ['passwd', uid])?.split(':') ?? [];
  return { name: name || undefined, home: home || '/', shell: shell || undefined };
}

function resolveGroup(group: string | number): number {
  if (/^\d+$/.test(String(group))) return Number(group);
  const gid = run('getent', ['group', String(group)])?.split(':')[2];
  if (gid !== undefined) return Number(gid);
  throw new BalancerError(
    `downgradeToGroup names the group ${JSON.stringify(group)}, which this system does not know. Create it (groupadd --system ${group}), or name another.`,
    { code: 'UNKNOWN_GROUP' },
  );
}

/** `id` asks the same sources as the system itself does, so users of a directory service are found too. */
function lookUp(args: readonly string[]): string | undefined {
  return run('id', [...args.slice(0, -1), '--', ...args.slice(-1)]);
}

function run(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LOOK_UP_DEADLINE,
      killSignal: 'SIGKILL',
    }).trim();
  } catch (error) {
    if (errorCode(error) !== 'ETIMEDOUT') return undefined;
    throw new BalancerError(
      `"${command} ${args.join(' ')}" has not answered within ${LOOK_UP_DEADLINE / 1_000} s. Look at the directory service that /etc/nsswitch.conf names for users and groups.`,
      { code: 'IDENTITY_UNKNOWN', cause: error },
    );
  }
}

/** As Node has it; its types leave it out. */
function initgroups(user: string, gid: number): void {
  (process as typeof process & { initgroups(user: string, group: number): void }).initgroups(user, gid);
}
