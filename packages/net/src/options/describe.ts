// Says in plain sentences what resolved options make the balancer do. Judges nothing and shows no secret.

import { isIP } from 'node:net';
import { targetId } from '@lb/core/internal';
import { counted, shortList, durationInWords as time } from './problems/words.ts';
import type { ListenerOptions, PoolOptions, ProcessOptions, ResolvedOptions, ResolvedTarget } from './types.ts';

/** What the balancer will do, one sentence a line, the most important first. */
export function describeOptions(options: ResolvedOptions): string[] {
  return [
    ...describeListening(options),
    ...describeTargets(options),
    ...describeSessions(options),
    ...describeClients(options),
    ...describeConnections(options),
  ];
}

function* describeListening(options: ListenerOptions & ProcessOptions): Generator<string> {
  const { sourceHost, sourcePort, downgradeToUser: user, downgradeToGroup: group } = options;
  const place = sourcePort === 0 ? `a free port of ${sourceHost}` : targetId({ host: sourceHost, port: sourcePort });
  yield `Listens on ${place} with ${counted(options.balancerCount, 'process', 'processes')}.`;
  if (user !== undefined) {
    const asGroup = group === undefined ? '' : ` and group ${group}`;
    yield `Once it listens, it goes on as user ${user}${asGroup}, if started as root.`;
  }
}

function* describeTargets(options: PoolOptions): Generator<string> {
  const { targets, dns } = options;
  yield `Forwards to ${counted(targets.length, 'target')}: ${shortList(targets.map(targetInWords))}.`;
  const isNamed = targets.some((target) => 'host' in target && isIP(target.host) === 0);
  if (isNamed)
    yield `Resolves their names every ${time(dns.interval)}, and when none of their addresses can be connected to.`;
  const { targetDeactivationDuration: least } = options;
  const first = least === undefined ? ', and' : ` for at least ${time(least)}, then`;
  yield `Suspends a target that fails to connect${first} tries it once a second until it answers.`;
}

function* describeSessions(options: PoolOptions & ProcessOptions): Generator<string> {
  if (!options.stickiness) {
    yield 'Each connection goes to a target at random, by weight: clients do not stay on a target.';
    return;
  }
  const { ipv4Prefix, ipv6Prefix } = options.clientKey;
  yield `A client stays on its target for ${time(options.sessionExpiry)} after its last connection.`;
  yield `A client is ${addresses('IPv4', ipv4Prefix, 32)} or ${addresses('IPv6', ipv6Prefix, 128)}.`;
  yield `Each process remembers up to ${counted(options.maxSessions, 'session')}, and looks for expired ones every ${time(options.sessionExpiryInterval)}.`;
  if (options.hashSeed !== undefined) yield 'Targets are chosen with the hash seed given, which is not shown.';
}

function* describeClients(options: ListenerOptions & PoolOptions): Generator<string> {
  const { acceptProxyProtocol: accept, proxyProtocol, allow, deny, connectionRatePerClient: rate } = options;
  if (accept) {
    const must = accept.required ? 'which they have to send' : 'where they send one';
    yield `Takes the client's address from the PROXY protocol header of ${shortList(accept.trustedProxies)}, ${must}.`;
  }
  if (proxyProtocol)
    yield `Tells targets the client's address with a PROXY protocol header of version ${proxyProtocol[1]}.`;
  if (accept && options.proxyProtocolTlvs === 'pass')
    yield 'Passes on the additional fields of such headers, to targets that get version 2.';
  if (options.transparent) yield "Connects to targets from the client's own address.";
  if (allow) yield `Lets in ${shortList(allow) || 'nobody'} alone.`;
  if (deny && deny.length > 0) yield `Turns away ${shortList(deny)}.`;
  if (options.maxConnections > 0) yield `Has up to ${counted(options.maxConnections, 'connection')} open; more wait.`;
  if (options.maxConnectionsPerClient > 0) {
    yield `Gives a client up to ${counted(options.maxConnectionsPerClient, 'connection')}.`;
  }
  if (rate) {
    yield `Lets a client begin ${rate.perSecond} connections a second, and ${counted(rate.burst, 'connection')} at once.`;
  }
}

function* describeConnections(options: ResolvedOptions): Generator<string> {
  const { balancerControllerPath, connectTimeout, connectBudget, idleTimeout, halfCloseTimeout } = options;
  if (balancerControllerPath !== undefined) {
    yield `Asks the controller ${balancerControllerPath} about each connection, for up to ${time(options.admitTimeout)}.`;
  }
  yield `Tries a target for up to ${time(connectTimeout)}, and all of them for up to ${time(connectBudget)}.`;
  yield idleTimeout === 0
    ? 'Never closes a connection for being quiet.'
    : `Closes a connection that has been quiet for ${time(idleTimeout)}.`;
  yield halfCloseTimeout === 0
    ? 'Never closes a connection for being quiet after one side has ended.'
    : `Closes a connection that has been quiet for ${time(halfCloseTimeout)} after one side has ended.`;
  yield options.shutdownTimeout === 0
    ? 'At a stop, closes open connections at once.'
    : `At a stop, gives open connections ${time(options.shutdownTimeout)} to end.`;
  yield options.workerTimeout === 0
    ? 'Never kills a worker that does not respond.'
    : `Kills and replaces a worker that does not respond for ${time(options.workerTimeout)}.`;
}

function targetInWords(target: ResolvedTarget): string {
  const notes = [
    ...(target.weight === 1 ? [] : [`weight ${target.weight}`]),
    ...(target.maxConnections ? [`up to ${counted(target.maxConnections, 'connection')}`] : []),
    ...(target.proxyProtocol === undefined ? [] : [`proxyProtocol ${target.proxyProtocol}`]),
  ];
  return notes.length === 0 ? targetId(target) : `${targetId(target)} (${notes.join(', ')})`;
}

function addresses(family: string, prefix: number, whole: number): string {
  return prefix === whole ? `one ${family} address` : `one ${family} /${prefix} network`;
}
