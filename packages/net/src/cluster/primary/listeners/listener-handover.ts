// The primary's side of the listeners that a supervisor holds: it takes those of its predecessor, and hands over its own.

import { errorCode, errorMessage } from '@lb/core';
import type { Log } from '../../../base/log.ts';
import { DescriptorChannel } from '../../../engine/system/descriptor-channel.ts';
import { loadLibc } from '../../../engine/system/libc.ts';
import { ListenerReceiver, sendListeners } from '../../protocol/listener-messages.ts';

export interface ListenerHandover {
  /** What a predecessor has left. Its descriptors are to be used or closed. */
  take(): readonly number[];
  /** Says which listeners a successor will need, in place of those said before. */
  keep(fds: readonly number[]): void;
}

/** What the other end answers when the supervisor is gone. The primary outlives it. */
const NOBODY = new Set(['EPIPE', 'ECONNRESET', 'ENOTCONN', 'ECONNREFUSED']);

/** @param fd the end of a `ListenerKeeper`'s channel that this process has inherited; its children don't get it */
export function openHandover(fd: number, log: Log): ListenerHandover | undefined {
  const libc = loadLibc();
  if (libc instanceof Error) return undefined;
  const channel = new DescriptorChannel(libc, fd);
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      if (NOBODY.has(errorCode(error))) return;
      const reason = errorMessage(error);
      log.warn({ reason }, `if this process dies, clients are refused until the next one accepts: ${reason}`);
    }
  };
  return {
    take() {
      let left: readonly number[] = [];
      const receiver = new ListenerReceiver(libc, channel);
      attempt(() =>
        receiver.receive((fds) => {
          left = fds;
        }),
      );
      return left;
    },
    keep: (fds) => attempt(() => sendListeners(channel, fds)),
  };
}
