// The tests in which bytes go through the balancer, once more with the engine that runs everywhere.
import { defineProject, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

export default mergeConfig(
  base,
  defineProject({
    test: {
      name: 'loadbalancer streams',
      env: { TEST_ENGINE: 'streams' },
      exclude: ['test/{configs,fuzz,lifecycle,privileges}*.test.ts'],
    },
  }),
);
