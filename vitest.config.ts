import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: '100%', // of the processors: the tests wait more than they compute
    projects: ['packages/*', 'apps/*', 'apps/balancer/vitest.streams.config.ts'],
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: process.env.TEST_RESULTS ?? 'test-results/tests.json' }]]
      : ['default'],
  },
});
