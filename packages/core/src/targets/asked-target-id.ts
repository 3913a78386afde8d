// The identity of the target that a controller or a user of the library means. Such callers are not type-checked.
import { BalancerError } from '../errors/balancer-error.ts';
import { targetId } from './target-options.ts';

/** @throws {BalancerError} INVALID_TARGET, when that is no host and port, such as a target in place of its host */
export function askedTargetId(host: string, port: number): string {
  if (typeof host === 'string' && !Number.isNaN(Number(port))) return targetId({ host, port });
  const given = [host, port].map((value: unknown) => (typeof value === 'object' ? 'an object' : String(value)));
  throw new BalancerError(
    `The target to look for is given as ${given.join(' and ')}. Give its host, a string, and its port, a number, as two arguments: ("127.0.0.1", 8000).`,
    { code: 'INVALID_TARGET' },
  );
}
