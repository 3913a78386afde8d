// Which listeners of a predecessor are taken, and that the others are closed.

import { BalancerError } from '@lb/core';
import { expect, it } from 'vitest';
import { AF_INET6, type Libc, loadLibc } from '../../../engine/system/libc.ts';
import { type Listeners, openListeners } from '../../../engine/system/listening-sockets.ts';
import { later } from '../../../testing/cleanup.ts';
import { openDescriptors } from '../../../testing/descriptors.ts';
import { adoptListeners } from './adopt-listeners.ts';

const libc = loadLibc() as Libc;

it.each(['127.0.0.1', '0.0.0.0', '::', '::1'])('takes all of the address %s that the config names', (host) => {
  const before = openDescriptors();
  const other = openListeners(libc, '127.0.0.1', 0, 2);
  const wanted = openListeners(libc, host, 0, 3);
  const taken = adopted([...other.fds, ...wanted.fds], host, wanted.port);
  expect(taken).toEqual(wanted);
  expect(openDescriptors()).toBe(before + 3);
});

it('takes none of another port or host, and closes them', () => {
  const before = openDescriptors();
  const { fds, port } = openListeners(libc, '127.0.0.1', 0, 2);
  expect(adopted(fds, '127.0.0.2', port)).toBeUndefined();
  expect(openDescriptors()).toBe(before);
  const again = openListeners(libc, '127.0.0.1', port, 2);
  expect(adopted(again.fds, '127.0.0.1', port === 65_535 ? 1 : port + 1)).toBeUndefined();
  expect(openDescriptors()).toBe(before);
});

it('takes those opened last where any port will do', () => {
  const first = openListeners(libc, '127.0.0.1', 0, 2);
  const second = openListeners(libc, '127.0.0.1', 0, 1);
  expect(adopted([...first.fds, ...second.fds], '127.0.0.1', 0)).toEqual(second);
});

it('takes those of 0.0.0.0 for :: where there is no IPv6, and nowhere else', () => {
  const withoutIpv6: Libc = {
    ...libc,
    socket: (family, type) => {
      if (family !== AF_INET6) return libc.socket(family, type);
      throw new BalancerError('no IPv6', { code: 'EAFNOSUPPORT' });
    },
  };
  const listeners = openListeners(withoutIpv6, '::', 0, 2);
  expect(listeners.host).toBe('0.0.0.0');
  expect(adopted(listeners.fds, '::', listeners.port, withoutIpv6)).toEqual(listeners);
  expect(adopted(listeners.fds, '::', listeners.port)).toBeUndefined();
});

function adopted(fds: readonly number[], host: string, port: number, using = libc): Listeners | undefined {
  const taken = adoptListeners(using, fds, host, port);
  later(() => {
    for (const fd of taken?.fds ?? []) {
      try {
        libc.close(fd);
      } catch {
        // It was given to another call.
      }
    }
  });
  return taken;
}
