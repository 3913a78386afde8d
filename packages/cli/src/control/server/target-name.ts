// The name of a target as people write it: HOST:PORT, [IPv6]:PORT or unix:/path.
import { BalancerError } from '@lb/core';
import { targetId } from '@lb/core/internal';

/** Thrown for text that can't be a target's name. */
export class TargetNameError extends BalancerError {
  override readonly name = 'TargetNameError';

  constructor(message: string) {
    super(message, { code: 'INVALID_TARGET' });
  }
}

/**
 * A target's canonical name: what its state is kept under.
 * @throws {TargetNameError} that says how to write one
 */
export function parseTargetName(text: string): string {
  const path = /^unix:(\/[^\0]+)$/.exec(text)?.[1];
  if (path !== undefined) return targetId({ path });
  const [, host, digits] = /^(\[[\da-f:.]+(?:%[^\]]+)?\]|[^\s:/[\]]+):(\d{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (host !== undefined && port >= 1 && port <= 65_535) return targetId({ host, port });
  throw new TargetNameError(
    `${JSON.stringify(text)} is not a target's name. Write it as HOST:PORT, [IPv6]:PORT or unix:/path; "loadbalancer targets" shows them.`,
  );
}
