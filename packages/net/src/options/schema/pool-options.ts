// The options of a pool: its targets, which client stays on which, and how its targets are connected to.

import { MOST_TARGETS } from '@lb/core';
import * as z from 'zod';
import { count, duration, list } from './kinds.ts';
import { type OptionGroup, optionOf } from './option.ts';
import { target } from './target-schema.ts';

/** A little less than what a JavaScript Map can hold. */
const MOST_SESSIONS = 16_000_000;

const option = optionOf('pool');

export const poolOptions = {
  targets: option(list(target, 1, MOST_TARGETS), {
    description: 'The servers to forward to, each given by host and port or by path.',
    expected: `a list of 1 to ${MOST_TARGETS} targets, such as [{ "host": "localhost", "port": 8000 }]`,
    reload: 'live',
    audience: 'both',
  }),
  targetDeactivationDuration: option(duration(1, 60_000), {
    description: 'How long a target that fails to connect is left alone.',
    reload: 'live',
    audience: 'both',
  }),
  sessionExpiry: option(duration(1, 30_000), {
    description: 'How long a client stays on its target after its last connection has ended.',
    reload: 'live',
    audience: 'both',
  }),
  sessionExpiryInterval: option(duration(1, 1000), {
    description: 'How often expired sessions are looked for.',
    reload: 'live',
    audience: 'both',
  }),
  maxSessions: option(count(MOST_SESSIONS, 'sessions').default(1_000_000), {
    description: 'How many sessions each process remembers. When full, the one longest idle goes first.',
    reload: 'live',
    audience: 'both',
  }),
  stickiness: option(z.boolean().default(true), {
    description:
      'Whether a client stays on its target. false means that each connection is placed at random by weight.',
    reload: 'restart',
    audience: 'both',
  }),
  proxyProtocol: option(z.enum(['v1', 'v2']).optional(), {
    description: "Tells targets the client's address with a header of the PROXY protocol. They have to expect it.",
    expected: '"v1" or "v2"',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolCrc32c: option(z.boolean().default(false), {
    description: 'Whether headers of version 2 carry a checksum.',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolUniqueId: option(z.boolean().default(false), {
    description: 'Whether headers of version 2 carry an id of the connection, 16 random bytes.',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolTlvs: option(z.enum(['off', 'pass']).default('off'), {
    description:
      'Whether headers of version 2 carry the additional fields (TLVs) of the header that a trusted proxy has sent: `pass` passes them on.',
    expected: '"off" or "pass"',
    reload: 'live',
    audience: 'both',
  }),
  transparent: option(z.boolean().default(false), {
    description:
      "Connects to targets from the client's own address. Needs the `epoll` engine, CAP_NET_ADMIN, and routes that lead the answers back.",
    reload: 'live',
    audience: 'both',
  }),
  connectTimeout: option(duration(1, 5000), {
    description: 'How long one attempt to connect to an address of a target may take.',
    reload: 'live',
    audience: 'both',
  }),
  connectBudget: option(duration(1, 15_000), {
    description: 'How long all attempts of one connection may take together.',
    reload: 'live',
    audience: 'both',
  }),
} satisfies OptionGroup;
