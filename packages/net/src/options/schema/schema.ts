// Every option once: its name, type, bounds, default and meaning. The types, the validation, the JSON Schema and the
// README's table are made from it. What 0.9.26 tolerated beyond it is in legacy.ts; what spans options, in checks.ts.

import { isIP } from 'node:net';
import { MOST_TARGETS } from '@lb/core';
import * as z from 'zod';
import { account, addresses, count, duration, ignored, list, MOST_CONNECTIONS, text } from './kinds.ts';
import { target } from './target-schema.ts';
import { usableCpus } from './usable-cpus.ts';

const MOST_PROCESSES = 1024;
/** A little less than what a JavaScript Map can hold. */
const MOST_SESSIONS = 16_000_000;
const MOST_RATE = 1_000_000;

const connectionRate = z.strictObject({
  perSecond: z.number().positive().max(MOST_RATE).meta({ description: 'Connections a second, in the long run.' }),
  burst: z.int().min(1).max(MOST_RATE).meta({
    description: 'Connections at once after a quiet time: as many as `burst / perSecond` seconds let in.',
    unit: 'connections',
  }),
});

const acceptProxyProtocol = z.strictObject({
  trustedProxies: addresses(
    'Who may say whose connection it is. From anyone else, a header is the bytes of a client.',
    1,
  ),
  required: z.boolean().default(true).meta({
    description:
      'Whether a trusted proxy has to send a header. If false, a connection that begins otherwise is taken for that of a direct client.',
  }),
  headerTimeout: duration(
    1,
    3_000,
    'How long a trusted proxy may stay silent, where no header is required, before its connection is taken for that of a direct client.',
  ),
});

const clientKey = z.strictObject({
  ipv4Prefix: count(32, 'bits').default(32).meta({
    description: 'How much of an IPv4 address identifies a client; clients that share it share a target.',
  }),
  ipv6Prefix: count(128, 'bits').default(64).meta({
    description: 'The same for IPv6, where a household or a server usually has a /64 to itself.',
  }),
});

export const optionsSchema = z.strictObject({
  sourcePort: z.int().min(0).max(65_535).meta({
    description: 'The TCP port to listen on. 0 means a free port chosen by the system.',
  }),
  sourceHost: z
    .string()
    .refine((host) => isIP(host) > 0)
    .default('::')
    .meta({
      description: 'The IP address to listen on. `::` means all, IPv4 as well; `0.0.0.0` where there is no IPv6.',
      expected: 'an IP address',
    }),
  balancerCount: count(MOST_PROCESSES, 'processes')
    .default(() => Math.min(usableCpus(), MOST_PROCESSES))
    .meta({
      description:
        "How many processes carry connections. Usable are the CPUs that the balancer may run on, within its container's CPU quota, rounded up.",
      defaultInWords: 'the number of usable CPUs',
    }),
  targets: list(target, 1, MOST_TARGETS).meta({
    description: 'The servers to forward to, each given by host and port or by path.',
    expected: `a list of 1 to ${MOST_TARGETS} targets, such as [{ "host": "localhost", "port": 8000 }]`,
  }),
  targetDeactivationDuration: duration(1, 60_000, 'How long a target that fails to connect is left alone.'),
  sessionExpiry: duration(1, 30_000, 'How long a client stays on its target after its last connection has ended.'),
  sessionExpiryInterval: duration(1, 1000, 'How often expired sessions are looked for.'),
  maxSessions: count(MOST_SESSIONS, 'sessions').default(1_000_000).meta({
    description: 'How many sessions each process remembers. When full, the one longest idle goes first.',
  }),
  stickiness: z.boolean().default(true).meta({
    description:
      'Whether a client stays on its target. false means that each connection is placed at random by weight.',
  }),
  hashSeed: text(1, 1024).optional().meta({
    description: 'A secret for the choice of targets. Balancers that must agree on it need the same one.',
    expected: 'text of 1 to 1024 characters',
    defaultInWords: 'a constant',
    secret: true,
  }),
  clientKey: clientKey.prefault({}).meta({
    description: 'What of its address identifies a client.',
    expected: 'an object such as { "ipv6Prefix": 56 }',
  }),
  proxyProtocol: z.enum(['v1', 'v2']).optional().meta({
    description: "Tells targets the client's address with a header of the PROXY protocol. They have to expect it.",
    expected: '"v1" or "v2"',
  }),
  proxyProtocolCrc32c: z.boolean().default(false).meta({
    description: 'Whether headers of version 2 carry a checksum.',
  }),
  proxyProtocolUniqueId: z.boolean().default(false).meta({
    description: 'Whether headers of version 2 carry an id of the connection, 16 random bytes.',
  }),
  proxyProtocolTlvs: z.enum(['off', 'pass']).default('off').meta({
    description:
      'Whether headers of version 2 carry the additional fields (TLVs) of the header that a trusted proxy has sent: `pass` passes them on.',
    expected: '"off" or "pass"',
  }),
  maxConnections: z.int().min(0).max(MOST_CONNECTIONS).default(0).meta({
    description: 'How many connections the balancer has open. More wait in the queue of the system. 0 means no limit.',
    unit: 'connections',
  }),
  maxConnectionsPerClient: z.int().min(0).max(MOST_CONNECTIONS).default(0).meta({
    description: 'How many connections a client may have open. One more is reset. 0 means no limit.',
    unit: 'connections',
  }),
  connectionRatePerClient: connectionRate.optional().meta({
    description: 'How many connections a client may begin. One more is reset.',
    expected: 'an object such as { "perSecond": 10, "burst": 50 }',
    defaultInWords: 'no limit',
  }),
  transparent: z.boolean().default(false).meta({
    description:
      "Connects to targets from the client's own address. Needs the `epoll` engine, CAP_NET_ADMIN, and routes that lead the answers back.",
  }),
  acceptProxyProtocol: acceptProxyProtocol.optional().meta({
    defaultInWords: 'no header is looked for',
    description:
      "Takes a client's address from the PROXY protocol header of a proxy or balancer in front, version 1 or 2.",
    expected: 'an object such as { "trustedProxies": ["10.0.0.0/8"] }',
  }),
  allow: addresses('The clients that may come in; all others are turned away.').optional().meta({
    defaultInWords: 'all',
  }),
  deny: addresses('Clients that are turned away, also where `allow` has them.').optional(),
  downgradeToUser: account('user', 'uid', 1, 'The user to become once the port is open, when started as root.'),
  downgradeToGroup: account('group', 'gid', 0, "The group to take with it, in place of the user's own groups."),
  balancerControllerPath: z
    .string()
    .regex(/^[^\0]+$/)
    .optional()
    .meta({
      description: "A script that adds middleware. Relative to the config file's folder.",
      expected: "a file's path",
    }),
  admitTimeout: duration(1, 10_000, "How long a proxy's header and the middleware may take together."),
  connectTimeout: duration(1, 5000, 'How long one attempt to connect to an address of a target may take.'),
  connectBudget: duration(1, 15_000, 'How long all attempts of one connection may take together.'),
  idleTimeout: duration(0, 0, 'How long a connection may stay without a byte either way. 0 means for ever.'),
  halfCloseTimeout: duration(
    0,
    30_000,
    'How long one side may go on without a byte after the other has ended. 0 means for ever.',
  ),
  shutdownTimeout: duration(0, 10_000, 'How long open connections may go on at a stop. 0 means not at all.'),
  drainTimeout: duration(
    0,
    0,
    'How long open connections of a worker that is replaced, or of a draining target, may go on; the target is then disabled. 0 means until they end.',
  ),
  workerTimeout: duration(
    0,
    10_000,
    'How long a worker process may not respond before it is killed and replaced, rounded up to whole seconds. 0 means that it is never killed.',
  ),
  watchConfig: z.boolean().default(false).meta({
    description:
      'Whether the config is loaded anew whenever its file changes. Without, `loadbalancer reload` or SIGHUP does.',
  }),
  controlSocket: z.boolean().default(true).meta({
    description:
      'Whether the balancer has a control socket. If false, no folder is needed for it, and commands such as `list`, `status` and `stop` cannot reach the balancer. For `loadbalancer run` only.',
  }),
  engine: z
    .enum(['auto', 'epoll', 'streams'])
    .default('auto')
    .meta({
      description:
        "What moves the bytes: `epoll` makes the system's own calls and costs least, on Linux; `streams` is Node's own " +
        'and runs everywhere. `auto` takes the first where it can.',
      expected: '"auto", "epoll" or "streams"',
    }),
  schedulingPolicy: ignored('the operating system spreads connections over the processes'),
  maxBufferSize: ignored('a client is read only once its target is connected, so nothing is buffered before'),
  $schema: z.string().optional().meta({
    description: 'The address of the JSON Schema, for editors. Ignored.',
    expected: 'the address of a JSON Schema',
  }),
});
