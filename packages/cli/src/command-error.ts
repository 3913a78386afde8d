// A command that can't do what it was asked: a message for the person who asked, without a stack.

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'COMMAND_FAILED';
}
