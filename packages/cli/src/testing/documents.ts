// Status documents as a balancer gives them, for tests.
import type { StatusDocument } from '../control/protocol.ts';

export function statusDocument(changes: Partial<StatusDocument> = {}): StatusDocument {
  return {
    version: 1,
    index: 0,
    release: '1.2.3',
    configPath: '/etc/lb/config.json',
    logPath: '/var/log/lb.log',
    supervisorPid: 100,
    shutdownTimeoutMs: 10_000,
    pid: 101,
    startedAt: '2026-01-02T03:04:05.000Z',
    uptimeSeconds: 3_700,
    sourceHost: '::',
    sourcePort: 80,
    connections: 3,
    sessions: 2,
    counters: { accepted: 10, blocked: 1, unserved: 2, passedOver: 4 },
    workers: [
      {
        worker: 0,
        pid: 102,
        state: 'ready',
        uptimeSeconds: 3_699,
        engine: 'streams',
        connections: 3,
        sessions: 2,
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
        listeners: [],
      },
    ],
    targets: [
      { target: '127.0.0.1:8000', state: 'available', weight: 1, connections: 3, sessions: 2 },
      { target: '[::1]:8001', state: 'partly suspended', weight: 0.5, connections: 0, sessions: 0 },
    ],
    ...changes,
  };
}
