import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SlowestFiles } from './vitest.slowest-files.ts';

const json: ['json', { outputFile: string }] = [
  'json',
  { outputFile: process.env.TEST_RESULTS ?? 'test-results/tests.json' },
];

export default defineConfig({
  test: {
    maxWorkers: availableParallelism() + 1, // the tests wait more than they compute
    projects: ['packages/*', 'apps/*', 'apps/balancer/vitest.streams.config.ts'],
    reporters: ['default', ...(process.env.CI ? [json] : []), new SlowestFiles()],
  },
});
