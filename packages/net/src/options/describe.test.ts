import { expect, it } from 'vitest';
import { describeOptions } from './describe.ts';
import { resolveOptions } from './resolve.ts';

const described = (input: object) => describeOptions(resolveOptions(input, { localAddresses: [] }).options);

it('says what the defaults do', () => {
  const targets = [{ host: '127.0.0.1', port: 8000 }, { path: '/run/app.sock' }];
  expect(described({ sourcePort: 80, balancerCount: 4, targets })).toMatchInlineSnapshot(`
    [
      "Listens on [::]:80 with 4 processes.",
      "Forwards to 2 targets: 127.0.0.1:8000, unix:/run/app.sock.",
      "Suspends a target that fails to connect, and tries it once a second until it answers.",
      "A client stays on its target for 30 s after its last connection.",
      "A client is one IPv4 address or one IPv6 /64 network.",
      "Each process remembers up to 1000000 sessions, and looks for expired ones every 1 s.",
      "Tries a target for up to 5 s, and all of them for up to 15 s.",
      "Never closes a connection for being quiet.",
      "Closes a connection that has been quiet for 30 s after one side has ended.",
      "At a stop, gives open connections 10 s to end.",
      "Kills and replaces a worker that does not respond for 10 s.",
    ]
  `);
});

it('says what else may be configured', () => {
  const options = {
    sourcePort: 0,
    sourceHost: '127.0.0.1',
    balancerCount: 1,
    targets: [{ host: '::1', port: 8000, weight: 2.5 }],
    targetDeactivationDuration: 2000,
    sessionExpiry: 1500,
    hashSeed: 'hush',
    clientKey: { ipv4Prefix: 24, ipv6Prefix: 128 },
    downgradeToUser: 'web',
    downgradeToGroup: 33,
    balancerControllerPath: '/srv/controller.js',
    idleTimeout: 3_600_000,
    halfCloseTimeout: 0,
    shutdownTimeout: 0,
    workerTimeout: 0,
  };
  expect(described(options)).toMatchInlineSnapshot(`
    [
      "Listens on a free port of 127.0.0.1 with 1 process.",
      "Once it listens, it goes on as user web and group 33, if started as root.",
      "Forwards to 1 target: [::1]:8000 (weight 2.5).",
      "Suspends a target that fails to connect for at least 2 s, then tries it once a second until it answers.",
      "A client stays on its target for 1.5 s after its last connection.",
      "A client is one IPv4 /24 network or one IPv6 address.",
      "Each process remembers up to 1000000 sessions, and looks for expired ones every 1 s.",
      "Targets are chosen with the hash seed given, which is not shown.",
      "Asks the controller /srv/controller.js about each connection, for up to 10 s.",
      "Tries a target for up to 5 s, and all of them for up to 15 s.",
      "Closes a connection that has been quiet for 1 h.",
      "Never closes a connection for being quiet after one side has ended.",
      "At a stop, closes open connections at once.",
      "Never kills a worker that does not respond.",
    ]
  `);
});

it('says when clients do not stay', () => {
  expect(described({ sourcePort: 80, stickiness: false, targets: [{ host: 'app', port: 1 }] })).toContain(
    'Each connection goes to a target at random, by weight: clients do not stay on a target.',
  );
});

it('says who may come in, and how much of it', () => {
  const options = {
    sourcePort: 80,
    targets: [{ host: 'a', port: 1, maxConnections: 3, proxyProtocol: 'off' }],
    transparent: true,
    acceptProxyProtocol: { trustedProxies: ['10.0.0.0/8'] },
    proxyProtocol: 'v2',
    proxyProtocolTlvs: 'pass',
    allow: ['192.0.2.0/24'],
    deny: ['192.0.2.7'],
    maxConnections: 1,
    maxConnectionsPerClient: 5,
    connectionRatePerClient: { perSecond: 2, burst: 10 },
  };
  const plain = described({ sourcePort: 80, targets: [{ host: 'a', port: 1 }] });
  expect(described(options).filter((sentence) => !plain.includes(sentence))).toEqual([
    'Forwards to 1 target: a:1 (up to 3 connections, proxyProtocol off).',
    "Takes the client's address from the PROXY protocol header of 10.0.0.0/8, which they have to send.",
    "Tells targets the client's address with a PROXY protocol header of version 2.",
    'Passes on the additional fields of such headers, to targets that get version 2.',
    "Connects to targets from the client's own address.",
    'Lets in 192.0.2.0/24 alone.',
    'Turns away 192.0.2.7.',
    'Has up to 1 connection open; more wait.',
    'Gives a client up to 5 connections.',
    'Lets a client begin 2 connections a second, and 10 connections at once.',
  ]);
});

it('shows the beginning of a long list', () => {
  const allow = Array.from({ length: 1_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`);
  const lines = described({ sourcePort: 80, targets: [{ host: 'a', port: 1 }], allow });
  expect(lines.find((line) => line.startsWith('Lets in'))).toMatch(/^Lets in 10\.0\.0\.0, .* and 900 more alone\.$/);
});

it('says long durations in days', () => {
  const lines = described({ sourcePort: 80, targets: [{ host: 'a', port: 1 }], sessionExpiry: 8_640_000_000 });
  expect(lines).toContain('A client stays on its target for 100 d after its last connection.');
});
