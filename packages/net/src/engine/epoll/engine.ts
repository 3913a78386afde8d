// The engine for Linux: the system's own calls through koffi, on one epoll set.
import type { Engine } from '../engine.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import { loadLibc } from '../system/libc.ts';
import { openListeners } from '../system/listening-sockets.ts';
import { EpollAcceptor } from './acceptor.ts';
import { EpollDial } from './dial.ts';
import { Kernel } from './kernel.ts';
import { Reactor } from './reactor.ts';

/** The engine, or the reason why there is none here. */
export function createEpollEngine(budget: DescriptorBudget): (Engine<EpollDial> & { readonly name: 'epoll' }) | Error {
  const libc = loadLibc();
  if (libc instanceof Error) return libc;
  if (Reactor.obstacle !== undefined) return new Error(Reactor.obstacle);
  const kernel = new Kernel(libc, budget);
  return {
    name: 'epoll',
    isTransparent: true,
    async listen(at, onConnection, onExhausted) {
      const fd = 'fd' in at ? at.fd : (openListeners(libc, at.host, at.port, 1).fds[0] as number);
      return new EpollAcceptor(kernel, fd, onConnection, onExhausted);
    },
    dial: (endpoint, timeout, done, source) => new EpollDial(kernel, endpoint, timeout, done, source),
    yieldToNode: () => {
      kernel.reactor.mayHaveBeenSlow();
      setImmediate(() => {});
    },
    // Node's own sockets first: middleware may have asked somebody.
    whenCaughtUp: (then) => void setImmediate(() => kernel.reactor.afterPoll(then)),
  };
}
