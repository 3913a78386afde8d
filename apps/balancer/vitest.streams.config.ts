// The tests in test/engines, those in which bytes flow or time counts, once more with the engine that runs everywhere. With
// EVERY_ENGINE set so are those in test/agreement: engines differ little there. No other end-to-end test runs with both engines.
import { defineProject, type UserWorkspaceConfig } from 'vitest/config';
import base from './vitest.config.ts';

const { test }: UserWorkspaceConfig = base;
const folders = process.env.EVERY_ENGINE ? ['engines', 'agreement'] : ['engines'];

export default defineProject({
  test: {
    ...test,
    name: 'loadbalancer streams',
    include: folders.map((folder) => `test/${folder}/*.test.ts`),
    env: { TEST_ENGINE: 'streams' },
  },
});
