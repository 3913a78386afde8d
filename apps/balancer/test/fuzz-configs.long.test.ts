// Configs with something wrong in them: each is used, or refused with where and why.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, readConfigFile } from '@lb/cli';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { command, temporaryFolder } from './support/balancer.ts';
import { FUZZ_LIMIT, fuzz } from './support/fuzz.ts';
import { mutatedConfig } from './support/mutated-configs.ts';

/** Problems that are shown, and how many more there are. */
const MOST_PROBLEMS = 21;

it(
  'reads a config, or says what is wrong with it and where',
  async () => {
    const folder = await temporaryFolder();
    const file = join(folder, 'config.json');
    await fuzz(mutatedConfig, async (bytes) => {
      await writeFile(file, bytes);
      const error = await readConfigFile(file).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return;
      expect(error).toBeInstanceOf(ConfigError);
      const { problems, message } = error as ConfigError;
      expect(problems.length).toBeGreaterThan(0);
      expect(problems.length).toBeLessThanOrEqual(MOST_PROBLEMS);
      expect(message.length).toBeLessThan(20_000);
      for (const problem of problems) {
        if (!problem.startsWith('... and ')) expect(problem).toContain(file);
      }
    });
  },
  FUZZ_LIMIT,
);

it(
  'exits with 0 or 1 and without a stack, whatever the config to check is',
  async () => {
    const folder = await temporaryFolder();
    await fuzz(fc.array(mutatedConfig, { minLength: 4, maxLength: 4 }), async (configs) => {
      await Promise.all(
        configs.map(async (bytes, n) => {
          await writeFile(join(folder, `${n}.json`), bytes);
          const { code, stdout, stderr } = await command(folder, 'check', '--config', `${n}.json`);
          expect([0, 1], stderr).toContain(code);
          expect(code === 0 ? stdout : stderr).not.toBe('');
          expect(stdout + stderr).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
        }),
      );
    });
  },
  FUZZ_LIMIT,
);
