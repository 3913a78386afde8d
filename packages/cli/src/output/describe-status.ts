// What `list` and `status` show people.
import type { StatusDocument } from '../control/protocol.ts';
import { durationText } from './duration.ts';
import { middlewareText } from './middleware-text.ts';
import { tableText } from './table.ts';
import { targetsText } from './targets-text.ts';

export function listText(documents: readonly StatusDocument[]): string {
  return tableText(
    ['index', 'pid', 'listens on', 'uptime', 'processes', 'connections', 'sessions', 'targets', 'config'],
    documents.map((document) => [
      document.index,
      document.pid,
      addressText(document),
      durationText(document.uptimeSeconds),
      document.workers.length,
      document.connections,
      document.sessions,
      availableText(document),
      document.configPath,
    ]),
  );
}

export function statusText(document: StatusDocument): string {
  const { counters } = document;
  const facts = [
    `Balancer ${document.index} on ${addressText(document)}, up ${durationText(document.uptimeSeconds)}, release ${document.release}`,
    `Config:      ${document.configPath}`,
    ...(document.logPath ? [`Log:         ${document.logPath}`] : []),
    `Connections: ${document.connections} open, ${counters.accepted} accepted, ${counters.blocked} blocked, ${counters.unserved} without a target`,
    ...turnedAwayText(document),
    ...(counters.probes > 0 ? [`Probes:      ${counters.probes} by proxies, closed without a byte`] : []),
    ...(document.middlewareFailure ? [`Middleware:  ${middlewareText(document)}`] : []),
    `Sessions:    ${document.sessions}, ${document.displacedSessions} displaced`,
    `Epoch:       ${document.epoch}`,
    ...unansweredText(document),
  ];
  const workers = tableText(
    ['process', 'pid', 'state', 'uptime', 'engine', 'connections', 'sessions', 'loop delay'],
    document.workers.map((worker) => [
      worker.worker,
      worker.pid,
      worker.state,
      durationText(worker.uptimeSeconds),
      worker.engine,
      worker.connections,
      worker.sessions,
      worker.eventLoopDelayMs === undefined ? undefined : `${Math.round(worker.eventLoopDelayMs)} ms`,
    ]),
  );
  return [facts.join('\n'), targetsText(document), workers].join('\n\n');
}

/** A line for those whom lists and limits have kept out, if there are any. */
function turnedAwayText({ counters }: StatusDocument): string[] {
  const kinds = [
    [counters.denied, 'by the lists'],
    [counters.malformed, 'for a malformed PROXY header'],
    [counters.tooManyOfClient, 'over maxConnectionsPerClient'],
    [counters.tooFastOfClient, 'over connectionRatePerClient'],
  ] as const;
  const words = kinds.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`);
  return words.length > 0 ? [`Turned away: ${words.join(', ')}`] : [];
}

/** A line for processes that are too busy to say how they are, and so are missing from the sums. */
function unansweredText({ workers }: StatusDocument): string[] {
  const isSilent = ({ state, engine }: (typeof workers)[number]): boolean =>
    (state === 'ready' || state === 'draining') && engine === undefined;
  const pids = workers.filter(isSilent).map(({ pid }) => pid);
  return pids.length > 0
    ? [`No answer:   from pid ${pids.join(', ')}; connections and sessions are without theirs`]
    : [];
}

export function addressText({ sourceHost, sourcePort }: Pick<StatusDocument, 'sourceHost' | 'sourcePort'>): string {
  return sourceHost.includes(':') ? `[${sourceHost}]:${sourcePort}` : `${sourceHost}:${sourcePort}`;
}

function availableText({ targets }: StatusDocument): string {
  const available = targets.filter(({ state }) => state === 'available').length;
  return available === targets.length ? `${available} available` : `${available} of ${targets.length} available`;
}
