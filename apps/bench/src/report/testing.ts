// Results for tests of the reports.
import type { Results } from './results.ts';

export const exampleResults: Results = {
  date: '2026-02-03T04:05:06.000Z',
  machine: { cpu: 'Some CPU', cores: 2, memory: '4 GiB', system: 'Some Linux' },
  settings: { rounds: 3, seconds: 2, workers: 2, rate: 20_000 },
  reference: 'haproxy',
  balancers: [
    { name: 'ours-epoll', title: 'ours <epoll>', version: '1' },
    { name: 'haproxy', title: 'HAProxy', version: '2.6' },
    { name: 'direct', title: 'no balancer', version: '' },
  ],
  columns: [
    { key: 'conn', title: 'CPU per new connection', unit: 'us', main: true },
    { key: 'p99', title: 'Latency, p99', unit: 'us', main: true },
    { key: 'memoryFew', title: 'Memory, few', unit: 'MB' },
    { key: 'memoryMany', title: 'Memory, many', unit: 'MB' },
    { key: 'unmeasured', title: 'Unmeasured', unit: 'ms', main: true },
  ],
  growth: [{ title: 'Memory, few to many', from: 'memoryFew', to: 'memoryMany' }],
  samples: {
    'ours-epoll': { conn: [66, 60, 69], p99: [1200, 1000, 1100], memoryFew: [10], memoryMany: [15] },
    haproxy: { conn: [60, 50, 70], p99: [1000, 1000, 1000], memoryFew: [4], memoryMany: [5] },
    direct: { p99: [500, 400, 600] },
  },
  notes: ['A note.'],
  failures: [],
};
