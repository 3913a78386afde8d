// Puts into words what users' functions hand over: any value as a reason, any value as an error. It decides nothing.
import { inspect } from 'node:util';

/** Characters of an error in the status. */
const LONGEST_LINE = 200;

/** One line of text for a reason of any type. Never empty, and never throws. */
export function reasonText(reason: unknown): string {
  try {
    const text = reason instanceof Error ? reason.message || reason.name : reason;
    return (typeof text === 'string' ? text : inspect(text, { breakLength: Number.POSITIVE_INFINITY })) || 'no reason';
  } catch {
    // A getter, a proxy or a custom inspect function of the user's may throw.
    return 'a reason that cannot be shown';
  }
}

/** The name and the message of an error, or any other thrown value, on one line of bounded length. */
export function errorLine(thrown: unknown): string {
  const [firstLine = ''] = reasonText(thrown).split('\n');
  return `${nameOf(thrown)}${firstLine}`.slice(0, LONGEST_LINE);
}

function nameOf(thrown: unknown): string {
  try {
    return thrown instanceof Error && thrown.message ? `${thrown.name}: ` : '';
  } catch {
    return '';
  }
}

/** An error as it is; any other thrown value as the cause of an error that shows it. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`A value that is not an Error was thrown: ${reasonText(thrown)}`, { cause: thrown });
}

/** The last place for an error that nobody listens for: seen on stderr, without ending the process. */
export function warn(thrown: unknown): void {
  process.emitWarning(toError(thrown));
}
