// What a target in the list of targets may be.

import { isIP } from 'node:net';
import * as z from 'zod';
import { MOST_CONNECTIONS, text } from './kinds.ts';

export const MOST_WEIGHT = 1000;

const weight = z.number().positive().max(MOST_WEIGHT).default(1).meta({
  description: "The target's share of the clients, relative to the other targets' weights.",
});

const targetMaxConnections = z.int().min(0).max(MOST_CONNECTIONS).optional().meta({
  description: 'How many connections it gets at most. A client beyond that goes to its next choice. 0 means no limit.',
  unit: 'connections',
  defaultInWords: '0',
});

const targetProxyProtocol = z.enum(['v1', 'v2', 'off']).optional().meta({
  description: 'As `proxyProtocol`, for this target.',
  expected: '"v1", "v2" or "off"',
  defaultInWords: 'as `proxyProtocol`',
});

export const target = z.union([
  z.strictObject({
    host: text(1, 253)
      .refine((host) => isIP(host) > 0 || /^[^\s:/[\]@?#\p{Cc}]+$/u.test(host))
      .meta({
        description: 'A host name or an IP address. Names are resolved at the start and every 30 s after.',
        expected: 'a host name or an IP address, without scheme, brackets or port',
      }),
    port: z.int().min(1).max(65_535).meta({ description: 'The TCP port on that host.' }),
    weight,
    maxConnections: targetMaxConnections,
    proxyProtocol: targetProxyProtocol,
  }),
  z.strictObject({
    path: z
      .string()
      .regex(/^\/[^\0]{1,106}$/)
      .meta({
        description: 'A unix-domain socket, in place of host and port.',
        expected: "a unix socket's absolute path, 107 characters at most",
      }),
    weight,
    maxConnections: targetMaxConnections,
    proxyProtocol: targetProxyProtocol,
  }),
]);
