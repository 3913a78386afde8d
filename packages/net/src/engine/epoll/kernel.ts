// What all sockets of a process share: the system's calls, the reactor, the deadlines, the budget of descriptors, and one buffer
// to move bytes through.

import { Deadlines } from '../deadlines.ts';
import type { DescriptorBudget } from '../system/descriptor-budget.ts';
import type { Libc } from '../system/libc.ts';
import { EndpointAddresses } from './endpoint-addresses.ts';
import { Reactor } from './reactor.ts';

/** Bytes moved at a time. They rest in the kernel, so one buffer serves the whole process. */
export const SCRATCH_SIZE = 65_536;

export class Kernel {
  readonly libc: Libc;
  readonly budget: DescriptorBudget;
  readonly reactor: Reactor;
  /** Dials and clients on their way out: few, and soon over. */
  readonly brief: Deadlines;
  /** Connections that are quiet: possibly all of them. */
  readonly quiet: Deadlines;
  readonly endpointAddresses: EndpointAddresses;
  readonly scratch = Buffer.allocUnsafeSlow(SCRATCH_SIZE);
  readonly scratchPointer: number;

  constructor(libc: Libc, budget: DescriptorBudget) {
    this.libc = libc;
    this.budget = budget;
    this.reactor = new Reactor(libc);
    const afterPoll = (action: () => void): void => this.reactor.afterPoll(action);
    this.brief = new Deadlines(25, afterPoll);
    this.quiet = new Deadlines(250, afterPoll);
    this.endpointAddresses = new EndpointAddresses(libc);
    this.scratchPointer = libc.pointer(this.scratch);
  }
}
