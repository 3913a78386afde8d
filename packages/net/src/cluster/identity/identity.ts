// The user that the balancer becomes after it has opened its port: who that is, and becoming it.
import { BalancerError, errorCode, errorMessage } from '@lb/core';
import { UserDatabase } from './user-database.ts';
import type { Account } from './user-environment.ts';

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
 * @throws {BalancerError} `UNKNOWN_USER`, `UNKNOWN_GROUP`, `IDENTITY_UNKNOWN`, or `NOT_ROOT` when this process has another user and may not
 * change it
 */
export function resolveIdentity(
  user: string | number,
  group: string | number | undefined,
  users: UserDatabase = new UserDatabase(),
): Identity {
  const named = String(user);
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0) {
    if (group === undefined && Number(users.user('-u', named) ?? user) === uid) {
      return { uid, gid: process.getgid?.() ?? -1, name: undefined, account: users.account(String(uid)) };
    }
    throw new BalancerError(
      `downgradeToUser is ${JSON.stringify(user)}, but only root can become another user. Start the balancer as root, or leave downgradeToUser out.`,
      { code: 'NOT_ROOT' },
    );
  }
  const gid = group === undefined ? undefined : resolveGroup(group, users);
  const known = users.user('-u', named);
  if (known !== undefined) {
    const name = users.user('-un', named);
    return {
      uid: Number(known),
      gid: gid ?? Number(users.user('-g', named)),
      name: group === undefined ? name : undefined,
      account: users.account(known),
    };
  }
  if (!/^\d+$/.test(named)) {
    throw new BalancerError(
      `downgradeToUser names the user ${JSON.stringify(user)}, whom this system does not know. Create it (useradd --system ${user}), or name another.`,
      { code: 'UNKNOWN_USER' },
    );
  }
  return { uid: Number(user), gid: gid ?? Number(user), name: undefined, account: users.account(named) };
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

function resolveGroup(group: string | number, users: UserDatabase): number {
  if (/^\d+$/.test(String(group))) return Number(group);
  const gid = users.group(String(group));
  if (gid !== undefined) return Number(gid);
  throw new BalancerError(
    `downgradeToGroup names the group ${JSON.stringify(group)}, which this system does not know. Create it (groupadd --system ${group}), or name another.`,
    { code: 'UNKNOWN_GROUP' },
  );
}

/** As Node has it; its types leave it out. */
function initgroups(user: string, gid: number): void {
  (process as typeof process & { initgroups(user: string, group: number): void }).initgroups(user, gid);
}
