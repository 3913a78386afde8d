// Which processes the pids that this process names are: containers that share a runtime folder have pids of their own.
import { readlinkSync } from 'node:fs';

let known: string | undefined;

/** Of this process: another text in another container. Empty where the system doesn't say: only Linux does. */
export function pidNamespace(): string {
  known ??= readNamespace();
  return known;
}

function readNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
