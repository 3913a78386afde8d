import { expect, it } from 'vitest';
import { environmentOf } from './user-environment.ts';

const ROOT = { HOME: '/root', USER: 'root', LOGNAME: 'root', SHELL: '/bin/bash' };

it("is the user's own", () => {
  const account = { name: 'web', home: '/srv/web', shell: '/usr/sbin/nologin' };
  const expected = { HOME: '/srv/web', USER: 'web', LOGNAME: 'web', SHELL: '/usr/sbin/nologin' };
  expect(environmentOf(account, ROOT)).toEqual(expected);
  expect(environmentOf(account, {})).toEqual(expected);
});

it('names nobody for a uid without an entry', () => {
  expect(environmentOf({ name: undefined, home: '/', shell: undefined }, ROOT)).toStrictEqual({ HOME: '/' });
});

it('has nothing of the session and the service that the balancer was started in, and all else', () => {
  const gone = ['SUDO_USER', 'SUDO_COMMAND', 'SSH_AUTH_SOCK', 'XDG_RUNTIME_DIR', 'LISTEN_FDS', 'WATCHDOG_USEC'];
  const before = Object.fromEntries([...gone, 'NOTIFY_SOCKET', 'PATH', 'SSHD', 'LISTENER'].map((name) => [name, 'x']));
  expect(environmentOf({ name: 'web', home: '/srv', shell: undefined }, before)).toEqual({
    ...{ PATH: 'x', SSHD: 'x', LISTENER: 'x' },
    ...{ HOME: '/srv', USER: 'web', LOGNAME: 'web' },
  });
});
