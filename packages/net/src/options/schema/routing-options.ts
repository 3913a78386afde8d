// The options that decide which target serves a client: where it connects, the targets, and the sessions.

import { isIP } from 'node:net';
import { DEFAULT_CLIENT_KEY_PREFIX } from '@lb/core';
import { MOST_TARGETS } from '@lb/core/internal';
import * as z from 'zod';
import { count, duration, hasItsZone, list, optionalDuration, text, unmapped } from './kinds.ts';
import { type OptionGroup, option } from './option.ts';
import { target } from './target-schema.ts';
import { usableCpus } from './usable-cpus.ts';

/** A day, in ms. */
const LONGEST_INTERVAL = 86_400_000;
const MOST_PROCESSES = 1024;
/** A little less than what a JavaScript Map can hold. */
const MOST_SESSIONS = 16_000_000;

const clientKey = z.strictObject({
  ipv4Prefix: count(32, 'bits').default(DEFAULT_CLIENT_KEY_PREFIX.ipv4Prefix).meta({
    description: 'How much of an IPv4 address identifies a client; clients that share it share a target.',
  }),
  ipv6Prefix: count(128, 'bits').default(DEFAULT_CLIENT_KEY_PREFIX.ipv6Prefix).meta({
    description: 'The same for IPv6, where a household or a server usually has a /64 to itself.',
  }),
});

const dns = z.strictObject({
  interval: z.int().min(1_000).max(LONGEST_INTERVAL).default(30_000).meta({
    description:
      'How often the names of targets are resolved. A name is also resolved when none of its addresses can be connected to, once a second at most.',
    unit: 'ms',
  }),
});

export const routingOptions = {
  sourcePort: option(z.int().min(0).max(65_535), {
    description: 'The TCP port to listen on. 0 means a free port chosen by the system.',
    scope: 'listener',
    reload: 'workers',
    audience: 'both',
  }),
  sourceHost: option(
    z
      .string()
      .refine((host) => isIP(host) > 0)
      .refine(hasItsZone)
      .overwrite(unmapped)
      .default('::'),
    {
      description: 'The IP address to listen on. `::` means all, IPv4 as well; `0.0.0.0` where there is no IPv6.',
      expected: 'an IP address (a link-local one with its zone: "fe80::1%eth0")',
      scope: 'listener',
      reload: 'workers',
      audience: 'both',
    },
  ),
  balancerCount: option(
    count(MOST_PROCESSES, 'processes').default(() => Math.min(usableCpus(), MOST_PROCESSES)),
    {
      description:
        "How many processes carry connections. Usable are the CPUs that the balancer may run on, within its container's CPU quota, rounded up.",
      defaultInWords: 'the number of usable CPUs',
      scope: 'process',
      reload: 'workers',
      audience: 'command',
    },
  ),
  targets: option(list(target, 1, MOST_TARGETS), {
    description: 'The servers to forward to, each given by host and port or by path.',
    expected: `a list of 1 to ${MOST_TARGETS} targets, such as [{ "host": "localhost", "port": 8000 }]`,
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  dns: option(dns.prefault({}), {
    description: 'How the names of targets are resolved.',
    expected: 'an object such as { "interval": 5000 }',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  targetDeactivationDuration: option(optionalDuration(1), {
    description:
      'How long a target that fails to connect is skipped at least. After that, the balancer connects to it once a second until it answers. Also for how long `deactivateTarget` of a controller suspends a target.',
    defaultInWords: '1000, and 60000 for `deactivateTarget`',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  sessionExpiry: option(duration(1, 30_000), {
    description: 'How long a client stays on its target after its last connection has ended.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  sessionExpiryInterval: option(duration(1, 1000), {
    description: 'How often expired sessions are looked for.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  maxSessions: option(count(MOST_SESSIONS, 'sessions').default(1_000_000), {
    description: 'How many sessions each process remembers. When full, the one longest idle goes first.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  stickiness: option(z.boolean().default(true), {
    description:
      'Whether a client stays on its target. false means that each connection is placed at random by weight.',
    scope: 'pool',
    reload: 'restart',
    audience: 'both',
  }),
  hashSeed: option(text(1, 1024).optional(), {
    description: 'A secret for the choice of targets. Balancers that must agree on it need the same one.',
    expected: 'text of 1 to 1024 characters',
    defaultInWords: 'a constant',
    secret: true,
    scope: 'process',
    reload: 'restart',
    audience: 'both',
  }),
  clientKey: option(clientKey.prefault({}), {
    description: 'What of its address identifies a client.',
    expected: 'an object such as { "ipv6Prefix": 56 }',
    scope: 'process',
    reload: 'restart',
    audience: 'both',
  }),
} satisfies OptionGroup;
