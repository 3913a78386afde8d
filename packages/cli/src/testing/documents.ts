// Documents as a balancer gives them, for tests.

import { pidNamespace } from '../control/pid-namespace.ts';
import type { SessionDocument, StatusDocument } from '../control/protocol.ts';
import type { ControlHandlers } from '../control/server/handlers.ts';

export function statusDocument(changes: Partial<StatusDocument> = {}): StatusDocument {
  return {
    version: 1,
    index: 0,
    release: '1.2.3',
    configPath: '/etc/lb/config.json',
    logPath: '/var/log/lb.log',
    supervisorPid: 100,
    pidNamespace: pidNamespace(),
    shutdownTimeoutMs: 10_000,
    pid: 101,
    startedAt: '2026-01-02T03:04:05.000Z',
    uptimeSeconds: 3_700,
    sourceHost: '::',
    sourcePort: 80,
    connections: 3,
    sessions: 2,
    epoch: 7,
    displacedSessions: 1,
    counters: {
      denied: 0,
      malformed: 0,
      probes: 0,
      full: 0,
      tooManyOfClient: 0,
      tooFastOfClient: 0,
      accepted: 10,
      blocked: 1,
      middlewareFailed: 0,
      unserved: 2,
      passedOver: 4,
    },
    middlewareFailure: undefined,
    workers: [
      {
        worker: 0,
        pid: 102,
        state: 'ready',
        uptimeSeconds: 3_699,
        engine: 'streams',
        connections: 3,
        sessions: 2,
        displacedSessions: 1,
        eventLoopDelayMs: 12.4,
        listeners: [0, 1],
      },
      {
        worker: 1,
        pid: undefined,
        state: 'waiting',
        uptimeSeconds: 0,
        engine: undefined,
        connections: undefined,
        sessions: undefined,
        displacedSessions: undefined,
        eventLoopDelayMs: undefined,
        listeners: [],
      },
    ],
    targets: [
      { target: '127.0.0.1:8000', state: 'available', weight: 1, connections: 3, sessions: 2 },
      { target: '[::1]:8001', state: 'draining', weight: 0.5, connections: 0, sessions: 0 },
    ],
    ...changes,
  };
}

export function sessionDocument(changes: Partial<SessionDocument> = {}): SessionDocument {
  return {
    version: 1,
    index: 0,
    clientAddress: '203.0.113.7',
    clientKey: '203.0.113.7',
    target: '127.0.0.1:8000',
    reason: 'session',
    home: '127.0.0.1:8000',
    holders: [{ worker: 0, pid: 102, target: '127.0.0.1:8000', connections: 2, idleMs: undefined }],
    ...changes,
  };
}

/** A balancer that answers everything with what it was asked. */
export function controlHandlersFor(index: number, changes: Partial<ControlHandlers> = {}): ControlHandlers {
  return {
    status: async () => statusDocument({ index }),
    targets: async () => ({ version: 1, index, epoch: 7, targets: statusDocument().targets }),
    session: async (clientAddress) => sessionDocument({ index, clientAddress, clientKey: clientAddress }),
    reload: async () => ({
      version: 1,
      index,
      configPath: '/etc/lb/config.json',
      changed: ['targets'],
      workersReplaced: 0,
      notices: [],
    }),
    setMode: async (target, mode) => ({ version: 1, index, target, mode, previous: 'enabled', suspended: false }),
    stop: async () => ({ version: 1, pids: [1, 2] }),
    ...changes,
  };
}
