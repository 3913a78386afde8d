// What is wrong with a config file, in sentences for the person who wrote it.
import { BalancerError } from '@lb/core';

/** Thrown for a config file that can't be read or used. The message has a line for each problem and says what to do. */
export class ConfigError extends BalancerError {
  override readonly name = 'ConfigError';
  declare readonly code: 'UNREADABLE_CONFIG' | 'INVALID_CONFIG';
  readonly problems: readonly string[];

  constructor(code: ConfigError['code'], problems: readonly string[], cause?: unknown) {
    super(problems.join('\n'), { code, cause });
    this.problems = problems;
  }
}
