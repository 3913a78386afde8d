// The options of the balancer as a whole: its processes, their rights and engine, and what all listeners and pools share.

import { DEFAULT_CLIENT_KEY_PREFIX } from '@lb/core';
import * as z from 'zod';
import { account, count, duration, text } from './kinds.ts';
import { type OptionGroup, optionOf } from './option.ts';
import { usableCpus } from './usable-cpus.ts';

const MOST_PROCESSES = 1024;

const option = optionOf('process');

const clientKey = z.strictObject({
  ipv4Prefix: count(32, 'bits').default(DEFAULT_CLIENT_KEY_PREFIX.ipv4Prefix).meta({
    description: 'How much of an IPv4 address identifies a client; clients that share it share a target.',
  }),
  ipv6Prefix: count(128, 'bits').default(DEFAULT_CLIENT_KEY_PREFIX.ipv6Prefix).meta({
    description: 'The same for IPv6, where a household or a server usually has a /64 to itself.',
  }),
});

export const processOptions = {
  balancerCount: option(
    count(MOST_PROCESSES, 'processes').default(() => Math.min(usableCpus(), MOST_PROCESSES)),
    {
      description:
        "How many processes carry connections. Usable are the CPUs that the balancer may run on, within its container's CPU quota, rounded up.",
      defaultInWords: 'the number of usable CPUs',
      reload: 'workers',
      audience: 'command',
    },
  ),
  hashSeed: option(text(1, 1024).optional(), {
    description: 'A secret for the choice of targets. Balancers that must agree on it need the same one.',
    expected: 'text of 1 to 1024 characters',
    defaultInWords: 'a constant',
    secret: true,
    reload: 'restart',
    audience: 'both',
  }),
  clientKey: option(clientKey.prefault({}), {
    description: 'What of its address identifies a client.',
    expected: 'an object such as { "ipv6Prefix": 56 }',
    reload: 'restart',
    audience: 'both',
  }),
  downgradeToUser: option(account('user', 'uid', 1), {
    description: 'The user to become once the port is open, when started as root.',
    reload: 'restart',
    audience: 'command',
  }),
  downgradeToGroup: option(account('group', 'gid', 0), {
    description: "The group to take with it, in place of the user's own groups.",
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
      reload: 'workers',
      audience: 'command',
    },
  ),
  shutdownTimeout: option(duration(0, 10_000), {
    description: 'How long open connections may go on at a stop. 0 means not at all.',
    reload: 'live',
    audience: 'both',
  }),
  drainTimeout: option(duration(0, 0), {
    description:
      'How long open connections of a worker that is replaced, or of a draining target, may go on; the target is then disabled. 0 means until they end.',
    reload: 'live',
    audience: 'command',
  }),
  workerTimeout: option(duration(0, 10_000), {
    description:
      'How long a worker process may not respond before it is killed and replaced, rounded up to whole seconds. 0 means that it is never killed.',
    reload: 'live',
    audience: 'command',
  }),
  watchConfig: option(z.boolean().default(false), {
    description:
      'Whether the config is loaded anew whenever its file changes. Without, `loadbalancer reload` or SIGHUP does.',
    reload: 'live',
    audience: 'command',
  }),
  controlSocket: option(z.boolean().default(true), {
    description:
      'Whether the balancer has a control socket. If false, no folder is needed for it, and commands such as `list`, `status` and `stop` cannot reach the balancer. For `loadbalancer run` only.',
    reload: 'restart',
    audience: 'command',
  }),
  engine: option(z.enum(['auto', 'epoll', 'streams']).default('auto'), {
    description:
      "What moves the bytes: `epoll` makes the system's own calls and costs least, on Linux; `streams` is Node's own " +
      'and runs everywhere. `auto` takes the first where it can.',
    expected: '"auto", "epoll" or "streams"',
    reload: 'workers',
    audience: 'both',
  }),
} satisfies OptionGroup;
