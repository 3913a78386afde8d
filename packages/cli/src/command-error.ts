// A command that can't do what it was asked: a message for the person who asked, without a stack.
import { BalancerError } from '@lb/core';

export class CommandError extends BalancerError {
  override readonly name = 'CommandError';

  constructor(message: string) {
    super(message, { code: 'COMMAND_FAILED' });
  }
}
