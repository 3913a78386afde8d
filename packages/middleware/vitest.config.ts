import { defineProject } from 'vitest/config';

export default defineProject({
  test: { name: '@lb/middleware', include: ['src/**/*.test.ts'], pool: 'forks', testTimeout: 60_000 },
});
