// What a target in a pool's list of targets may be.

import { isIP } from 'node:net';
import * as z from 'zod';
import { hasItsZone, MOST_CONNECTIONS, text } from './kinds.ts';
import { type OptionGroup, option } from './option.ts';

export const MOST_WEIGHT = 1000;

/** What any target may have. */
const either = {
  weight: option(z.number().positive().max(MOST_WEIGHT).default(1), {
    description: "The target's share of the clients, relative to the other targets' weights.",
    scope: 'target',
    reload: 'live',
    audience: 'both',
  }),
  maxConnections: option(z.int().min(0).max(MOST_CONNECTIONS).optional(), {
    description:
      'How many connections it gets at most. A client beyond that goes to its next choice, and stays there if it has no session yet. 0 means no limit.',
    unit: 'connections',
    defaultInWords: '0',
    scope: 'target',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocol: option(z.enum(['v1', 'v2', 'off']).optional(), {
    description: 'As `proxyProtocol`, for this target.',
    defaultInWords: 'as `proxyProtocol`',
    scope: 'target',
    reload: 'live',
    audience: 'both',
  }),
} satisfies OptionGroup;

const byHostAndPort = {
  host: option(
    text(1, 253)
      .refine((host) => isIP(host) > 0 || /^[^\s:/[\]@?#\p{Cc}]+$/u.test(host))
      .refine(hasItsZone),
    {
      description: 'A host name or an IP address. A name is resolved at the start, at a reload, and as `dns` says.',
      expected:
        'a host name or an IP address, without scheme, brackets or port (a link-local address with its zone: "fe80::1%eth0")',
      scope: 'target',
      reload: 'live',
      audience: 'both',
    },
  ),
  port: option(z.int().min(1).max(65_535), {
    description: 'The TCP port on that host.',
    scope: 'target',
    reload: 'live',
    audience: 'both',
  }),
  ...either,
} satisfies OptionGroup;

/** Bytes of the path of a unix socket: what the kernel has room for, without the final 0 (unix(7)). */
const LONGEST_PATH = 107;

const socketPath = z
  .string()
  .regex(/^\/[^\0]{1,106}$/)
  .refine((path) => Buffer.byteLength(path) <= LONGEST_PATH);

const byPath = {
  path: option(socketPath, {
    description: 'A unix-domain socket, in place of host and port.',
    expected: "a unix socket's absolute path, 107 bytes at most",
    scope: 'target',
    reload: 'live',
    audience: 'both',
  }),
  ...either,
} satisfies OptionGroup;

export const target = z.union([z.strictObject(byHostAndPort), z.strictObject(byPath)]);
