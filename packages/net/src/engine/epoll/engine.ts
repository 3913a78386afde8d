// The engine for Linux: the system's own calls through koffi, on one epoll set a process.

import type { Engine } from '../engine.ts';
import { loadLibc } from '../system/libc.ts';
import { openListeners } from '../system/listening-sockets.ts';
import { EpollDial } from './dial.ts';
import type { EpollDownstream } from './downstream.ts';
import { Kernel } from './kernel.ts';
import { EpollListener } from './listener.ts';
import { Reactor } from './reactor.ts';
import { EpollRelay } from './relay.ts';

let engine: Engine | Error | undefined;

/** The engine, or the reason why there is none here. One for the process: there is one loop to be watched by. */
export function epollEngine(): Engine | Error {
  engine ??= createEngine();
  return engine;
}

function createEngine(): Engine | Error {
  const libc = loadLibc();
  if (libc instanceof Error) return libc;
  if (Reactor.obstacle !== undefined) return new Error(Reactor.obstacle);
  const kernel = new Kernel(libc);
  return {
    name: 'epoll',
    isTransparent: true,
    async listen(at, onConnection, onExhausted) {
      const fd = 'fd' in at ? at.fd : (openListeners(libc, at.host, at.port, 1).fds[0] as number);
      return new EpollListener(kernel, fd, onConnection, onExhausted);
    },
    dial: (endpoint, timeout, done, source) => new EpollDial(kernel, endpoint, timeout, done, source),
    relay: (downstream, upstream, deadlines, observer, head) => {
      const client = (downstream as EpollDownstream).socket;
      return new EpollRelay(kernel, client, (upstream as EpollDial).socket, deadlines, observer, head);
    },
    yieldToNode: () => {
      kernel.reactor.mayHaveBeenSlow();
      setImmediate(() => {});
    },
    // Node's own sockets first: middleware may have asked somebody.
    whenCaughtUp: (then) => void setImmediate(() => kernel.reactor.afterPoll(then)),
  };
}
