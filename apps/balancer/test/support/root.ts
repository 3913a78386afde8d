// Tests that need root: an installation that every user can run, for as long as the tests of a file last.
import { afterAll, beforeAll, describe } from 'vitest';
import { type Installation, installForAll } from './installation.ts';

/** A user of every system without rights. */
export const NOBODY = 65_534;

/** @param tests is given how to have the installation, which is there once the tests run */
export function describeAsRoot(tests: (installed: () => Installation) => void): void {
  describe.runIf(process.getuid?.() === 0)('as root', () => {
    let installation: Installation;
    beforeAll(() => {
      installation = installForAll();
    });
    afterAll(() => installation.remove());
    tests(() => installation);
  });
}
