// The options of a listener: where connections come in, who is admitted, and how much each may have.

import { isIP } from 'node:net';
import * as z from 'zod';
import { addresses, duration, MOST_CONNECTIONS } from './kinds.ts';
import { type OptionGroup, optionOf } from './option.ts';

const MOST_RATE = 1_000_000;

const option = optionOf('listener');

const acceptProxyProtocol = z.strictObject({
  trustedProxies: addresses(1).meta({
    description: 'Who may say whose connection it is. From anyone else, a header is the bytes of a client.',
  }),
  required: z.boolean().default(true).meta({
    description:
      'Whether a trusted proxy has to send a header. If false, a connection that begins otherwise is taken for that of a direct client.',
  }),
  headerTimeout: duration(1, 3_000).meta({
    description:
      'How long a trusted proxy may stay silent, where no header is required, before its connection is taken for that of a direct client.',
  }),
});

const connectionRate = z.strictObject({
  perSecond: z.number().positive().max(MOST_RATE).meta({ description: 'Connections a second, in the long run.' }),
  burst: z.int().min(1).max(MOST_RATE).meta({
    description: 'Connections at once after a quiet time: as many as `burst / perSecond` seconds let in.',
    unit: 'connections',
  }),
});

export const listenerOptions = {
  sourcePort: option(z.int().min(0).max(65_535), {
    description: 'The TCP port to listen on. 0 means a free port chosen by the system.',
    reload: 'workers',
    audience: 'both',
  }),
  sourceHost: option(
    z
      .string()
      .refine((host) => isIP(host) > 0)
      .default('::'),
    {
      description: 'The IP address to listen on. `::` means all, IPv4 as well; `0.0.0.0` where there is no IPv6.',
      expected: 'an IP address',
      reload: 'workers',
      audience: 'both',
    },
  ),
  acceptProxyProtocol: option(acceptProxyProtocol.optional(), {
    description:
      "Takes a client's address from the PROXY protocol header of a proxy or balancer in front, version 1 or 2.",
    expected: 'an object such as { "trustedProxies": ["10.0.0.0/8"] }',
    defaultInWords: 'no header is looked for',
    reload: 'live',
    audience: 'both',
  }),
  allow: option(addresses().optional(), {
    description: 'The clients that may come in; all others are turned away.',
    defaultInWords: 'all',
    reload: 'live',
    audience: 'both',
  }),
  deny: option(addresses().optional(), {
    description: 'Clients that are turned away, also where `allow` has them.',
    reload: 'live',
    audience: 'both',
  }),
  maxConnections: option(z.int().min(0).max(MOST_CONNECTIONS).default(0), {
    description: 'How many connections the balancer has open. More wait in the queue of the system. 0 means no limit.',
    unit: 'connections',
    reload: 'live',
    audience: 'command',
  }),
  maxConnectionsPerClient: option(z.int().min(0).max(MOST_CONNECTIONS).default(0), {
    description: 'How many connections a client may have open. One more is reset. 0 means no limit.',
    unit: 'connections',
    reload: 'live',
    audience: 'both',
  }),
  connectionRatePerClient: option(connectionRate.optional(), {
    description: 'How many connections a client may begin. One more is reset.',
    expected: 'an object such as { "perSecond": 10, "burst": 50 }',
    defaultInWords: 'no limit',
    reload: 'live',
    audience: 'both',
  }),
  admitTimeout: option(duration(1, 10_000), {
    description: "How long a proxy's header and the middleware may take together.",
    reload: 'live',
    audience: 'both',
  }),
  idleTimeout: option(duration(0, 0), {
    description: 'How long a connection may stay without a byte either way. 0 means for ever.',
    reload: 'live',
    audience: 'both',
  }),
  halfCloseTimeout: option(duration(0, 30_000), {
    description: 'How long one side may go on without a byte after the other has ended. 0 means for ever.',
    reload: 'live',
    audience: 'both',
  }),
} satisfies OptionGroup;
