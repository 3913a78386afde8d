// The options about clients: who is admitted, how much each may have, and the headers that carry their addresses.

import * as z from 'zod';
import { addresses, duration, MOST_CONNECTIONS } from './kinds.ts';
import { type OptionGroup, option } from './option.ts';

const MOST_RATE = 1_000_000;

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
      "How long to wait for a trusted proxy to begin a header, if none is required, before its connection is treated as a direct client's.",
  }),
});

const connectionRate = z.strictObject({
  perSecond: z.number().positive().max(MOST_RATE).meta({ description: 'Connections a second, in the long run.' }),
  burst: z.int().min(1).max(MOST_RATE).meta({
    description: 'Connections at once after a quiet time: as many as `burst / perSecond` seconds let in.',
    unit: 'connections',
  }),
});

export const clientOptions = {
  proxyProtocol: option(z.enum(['v1', 'v2']).optional(), {
    description: "Tells targets the client's address with a header of the PROXY protocol. They have to expect it.",
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolCrc32c: option(z.boolean().default(false), {
    description: 'Whether headers of version 2 carry a checksum.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolUniqueId: option(z.boolean().default(false), {
    description: 'Whether headers of version 2 carry an id of the connection, 16 random bytes.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  proxyProtocolTlvs: option(z.enum(['off', 'pass']).default('off'), {
    description:
      'Whether headers of version 2 carry the additional fields (TLVs) of the header that a trusted proxy has sent: `pass` passes them on.',
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  maxConnections: option(z.int().min(0).max(MOST_CONNECTIONS).default(0), {
    description: 'How many connections the balancer has open. More wait in the queue of the system. 0 means no limit.',
    unit: 'connections',
    scope: 'listener',
    reload: 'live',
    audience: 'command',
  }),
  maxConnectionsPerClient: option(z.int().min(0).max(MOST_CONNECTIONS).default(0), {
    description: 'How many connections a client may have open. One more is reset. 0 means no limit.',
    unit: 'connections',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  connectionRatePerClient: option(connectionRate.optional(), {
    description: 'How many connections a client may begin. One more is reset.',
    expected: 'an object such as { "perSecond": 10, "burst": 50 }',
    defaultInWords: 'no limit',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  transparent: option(z.boolean().default(false), {
    description:
      "Connects to targets from the client's own address. Needs the `epoll` engine, CAP_NET_ADMIN, and routes that lead the answers back.",
    scope: 'pool',
    reload: 'live',
    audience: 'both',
  }),
  acceptProxyProtocol: option(acceptProxyProtocol.optional(), {
    description:
      "Takes a client's address from the PROXY protocol header of a proxy or balancer in front, version 1 or 2.",
    expected: 'an object such as { "trustedProxies": ["10.0.0.0/8"] }',
    defaultInWords: 'no header is looked for',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  allow: option(addresses().optional(), {
    description: 'The clients that may come in; all others are turned away.',
    defaultInWords: 'all',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
  deny: option(addresses().optional(), {
    description: 'Clients that are turned away, also where `allow` has them.',
    scope: 'listener',
    reload: 'live',
    audience: 'both',
  }),
} satisfies OptionGroup;
