// What a command says when it fails for one of several balancers, and goes on with the others.

import { FAILED } from '../../exit-codes.ts';
import { warn } from '../../output/say.ts';

export function sayFailure(error: Error): void {
  warn(`Error: ${error.message}`);
  process.exitCode = FAILED;
}
