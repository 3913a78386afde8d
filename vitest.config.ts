import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: ['packages/*', 'apps/*', 'apps/balancer/vitest.streams.config.ts'],
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: process.env.TEST_RESULTS ?? 'test-results/tests.json' }]]
      : ['default'],
  },
});
