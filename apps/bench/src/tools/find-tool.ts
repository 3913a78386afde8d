// Whether a program is installed, and which version.
import { run } from '../machine/processes.ts';

const TIMEOUT = 10_000;

/** The first match of `pattern` in what it prints; undefined when there is no such program. */
export async function toolVersion(
  command: string,
  args: readonly string[],
  pattern: RegExp,
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(command, args, TIMEOUT);
    return pattern.exec(stdout + stderr)?.[1] ?? 'unknown version';
  } catch {
    return undefined;
  }
}
