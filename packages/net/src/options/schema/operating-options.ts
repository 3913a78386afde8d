// The options of operation: rights, the controller, time-outs, reloads, and the engine.

import * as z from 'zod';
import { account, duration } from './kinds.ts';
import { type OptionGroup, option } from './option.ts';

export const operatingOptions = {
  downgradeToUser: option(account('user', 'uid', 1), {
    description: 'The user to become once the port is open, when started as root.',
    scope: 'process',
    reload: 'restart',
    audience: 'command',
  }),
  downgradeToGroup: option(account('group', 'gid', 0), {
    description: "The group to take with it, in place of the user's own groups.",
    scope: 'process',
    reload: 'restart',
    audience: 'command',
  }),
  balancerControllerPath: option(
    z
      .string()
      .regex(/^[^\0]+$/)
      .optional(),
    {
      description: "A script that adds middleware. Relative to the config file's folder.",
      expected: "a file's path",
      scope: 'process',
      reload: 'workers',
      audience: 'command',
    },
  ),
  admitTimeout: option(duration(1, 10_000), {
    description: "How long a proxy's header and the middleware may take together.",
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  connectTimeout: option(duration(1, 5000), {
    description:
      'How long to wait for a target to accept a connection, all its addresses together, before the next target is tried.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  connectBudget: option(duration(1, 15_000), {
    description:
      'How long all attempts of one connection may take together. A target gets half of what is left at most, unless it is the last one.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  idleTimeout: option(duration(0, 0), {
    description: 'How long a connection may stay without a byte either way. 0 means for ever.',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  halfCloseTimeout: option(duration(0, 30_000), {
    description: 'How long one side may go on without a byte after the other has ended. 0 means for ever.',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  shutdownTimeout: option(duration(0, 10_000), {
    description: 'How long open connections may go on at a stop. 0 means not at all.',
    scope: 'process',
    reload: 'live',
    audience: 'both',
  }),
  drainTimeout: option(duration(0, 0), {
    description:
      'How long open connections of a worker that is replaced, or of a draining target, may go on; the target is then disabled. 0 means until they end.',
    scope: 'process',
    reload: 'live',
    audience: 'command',
  }),
  workerTimeout: option(duration(0, 10_000), {
    description:
      'How long a worker process may not respond before it is killed and replaced, rounded up to whole seconds. Under `loadbalancer start`, the primary process is killed and replaced after three times as long, 60 s at least. 0 means that neither is ever killed.',
    scope: 'process',
    reload: 'live',
    audience: 'command',
  }),
  watchConfig: option(z.boolean().default(false), {
    description:
      'Whether the config is loaded anew whenever its file changes. Without, `loadbalancer reload` or SIGHUP does.',
    scope: 'process',
    reload: 'live',
    audience: 'command',
  }),
  controlSocket: option(z.boolean().default(true), {
    description:
      'Whether the balancer has a control socket. If false, no folder is needed for it, commands such as `list`, `status` and `stop` cannot reach the balancer, and nothing is kept for the next one. For `loadbalancer run` only.',
    scope: 'process',
    reload: 'restart',
    audience: 'command',
  }),
  engine: option(z.enum(['auto', 'epoll', 'streams']).default('auto'), {
    description:
      "What moves the bytes: `epoll` makes the system's own calls and costs least, on Linux; `streams` is Node's own " +
      'and runs everywhere. `auto` takes the first where it can.',
    scope: 'process',
    reload: 'workers',
    audience: 'both',
  }),
} satisfies OptionGroup;
