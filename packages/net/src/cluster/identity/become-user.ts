// The whole change of user of a process: its rights, what it could gain again, and its environment.
import { refuseNewPrivileges } from '../../engine/system/process/no-new-privileges.ts';
import { becomeIdentity, type Identity } from './identity.ts';
import { environmentOf } from './user-environment.ts';

/** Has no effect the second time. @throws {BalancerError} `DOWNGRADE_FAILED` */
export function becomeUser(identity: Identity): void {
  becomeIdentity(identity);
  refuseNewPrivileges();
  const environment = environmentOf(identity.account);
  for (const name of Object.keys(process.env)) if (!Object.hasOwn(environment, name)) delete process.env[name];
  Object.assign(process.env, environment);
}
