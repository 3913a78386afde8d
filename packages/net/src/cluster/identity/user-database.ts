// What the system knows of users and groups. `id` and `getent` ask the same sources as the system itself does, so those of a directory
// service are found too. Runs in the primary, which waits for the answers.
import { execFileSync } from 'node:child_process';
import { BalancerError, errorCode } from '@lb/core';
import type { Account } from './user-environment.ts';

/** ms that all answers together may take. The primary does not beat meanwhile: its supervisor kills it after 60 s. */
const DEADLINE = 30_000;

export class UserDatabase {
  readonly #deadline: number;
  readonly #begun = performance.now();

  constructor(deadline: number = DEADLINE) {
    this.#deadline = deadline;
  }

  /**
   * @param what `-u` its uid, `-g` its gid, `-un` its name
   * @returns undefined for a user without an entry @throws {BalancerError} `IDENTITY_UNKNOWN` when that cannot be found out
   */
  user(what: '-u' | '-g' | '-un', user: string): string | undefined {
    return this.#ask('id', [what, '--', user], !/^\d+$/.test(user));
  }

  /** Its gid. @throws {BalancerError} `IDENTITY_UNKNOWN` */
  group(name: string): string | undefined {
    return this.#ask('getent', ['group', name], true)?.split(':')[2];
  }

  /** @throws {BalancerError} `IDENTITY_UNKNOWN` */
  account(uid: string): Account {
    const [name, , , , , home, shell] = this.#ask('getent', ['passwd', uid], false)?.split(':') ?? [];
    return { name: name || undefined, home: home || '/', shell: shell || undefined };
  }

  /** @param isNeeded whether there is no going on without the program. A number means the same without it */
  #ask(command: string, args: readonly string[], isNeeded: boolean): string | undefined {
    const left = this.#begun + this.#deadline - performance.now();
    try {
      return execFileSync(command, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: Math.max(Math.ceil(left), 1),
        killSignal: 'SIGKILL',
      }).trim();
    } catch (cause) {
      const reason = this.#reason(errorCode(cause), command, args);
      if (reason === undefined || (errorCode(cause) === 'ENOENT' && !isNeeded)) return undefined;
      throw new BalancerError(reason, { code: 'IDENTITY_UNKNOWN', cause });
    }
  }

  #reason(code: string, command: string, args: readonly string[]): string | undefined {
    if (code === 'ENOENT') {
      return `The program "${command}", which looks up users and groups, is not in the PATH. Install it, or give downgradeToUser and downgradeToGroup as numbers.`;
    }
    if (code !== 'ETIMEDOUT') return undefined;
    return `Looking up users and groups has taken ${this.#deadline / 1_000} s: "${command} ${args.join(' ')}" has not answered. Look at the directory service that /etc/nsswitch.conf names for them.`;
  }
}
