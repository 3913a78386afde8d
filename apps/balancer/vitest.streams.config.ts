// The tests in test/engines, those in which bytes flow or time counts, once more with the engine that runs everywhere. No
// other end-to-end test runs with both engines.
import { defineProject, type UserWorkspaceConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { test }: UserWorkspaceConfig = base;

export default defineProject({
  test: { ...test, name: 'loadbalancer streams', include: ['test/engines/*.test.ts'], env: { TEST_ENGINE: 'streams' } },
});
