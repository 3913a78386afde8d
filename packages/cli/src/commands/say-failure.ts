// What a command says when it fails for one of several balancers, and goes on with the others.

import { FAILED } from '../exit-codes.ts';

export function sayFailure(error: Error): void {
  console.error(`Error: ${error.message}`);
  process.exitCode = FAILED;
}
