// The error that refuses options, with everything that is wrong with them. Finding that out is done elsewhere.

import { BalancerError } from '@lb/core';
import { firstOf, type PathStep } from './words.ts';

/** One thing that is wrong with the options. */
export interface OptionProblem {
  /** Which option, as in `targets[1].port`; empty for the options as a whole. */
  readonly path: string;
  /** The same, step by step. */
  readonly steps: readonly PathStep[];
  /** A sentence that names the option, the value as given and what is expected. Never shows a secret. */
  readonly message: string;
}

/** Thrown for options that can't be used. The message has a line for each of the first 20 problems. Trying again is of no use. */
export class OptionsError extends BalancerError {
  override readonly name = 'OptionsError';
  readonly problems: readonly OptionProblem[];

  constructor(problems: readonly OptionProblem[]) {
    super(['The options are not valid:', ...firstOf(problems, ({ message }) => message, 'problem')].join('\n  '), {
      code: 'INVALID_OPTIONS',
    });
    this.problems = problems;
  }
}
