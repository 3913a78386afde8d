// Where a client goes, and why: what the primary knows of it and what the workers say, put together. Pure.
import { isIP } from 'node:net';
import { BalancerError, type Policy, type TargetRecord } from '@lb/core';
import type { SessionStatus } from '../../../proxy/balancer-status.ts';
import type { SessionAnswer, SessionHolder } from './command-answers.ts';

export interface SessionSources {
  readonly clientAddress: string;
  readonly clientKey: string;
  readonly policy: Policy;
  readonly targets: readonly TargetRecord[];
  /** The list that turns the client away. */
  readonly deniedBy?: 'allow' | 'deny' | undefined;
  /** The id of the target where the client is, away from home. */
  readonly displaced: string | undefined;
  /** The id of its home under an earlier list of targets, where it is led there. */
  readonly pastHome?: string | undefined;
  readonly workers: readonly {
    readonly worker: number;
    readonly pid: number | undefined;
    readonly session: SessionStatus | undefined;
  }[];
}

export function sessionAnswer(sources: SessionSources): SessionAnswer {
  const { clientAddress, clientKey, policy, targets, workers, deniedBy } = sources;
  const holders = workers.flatMap(({ worker, pid, session }): SessionHolder[] =>
    session ? [{ worker, pid, ...session }] : [],
  );
  const home = policy.home(clientKey, targets);
  const next = policy.choices(clientKey).first(targets, ({ available }) => available);
  const displaced = targets.find(({ id }) => id === sources.displaced);
  const past = targets.find(({ id }) => id === sources.pastHome);
  const answer = (target: TargetRecord | undefined, reason: SessionAnswer['reason']): SessionAnswer => {
    return { clientAddress, clientKey, target: target?.id, reason, home: home?.id, holders };
  };
  if (deniedBy) return { ...answer(undefined, 'denied'), deniedBy };
  // A target that has come back into use may be the home again of those who stayed there.
  if (displaced?.availableToSession && displaced !== home) return answer(displaced, 'displaced');
  if (!displaced?.keepsSessions && past?.availableToSession && past !== home) return answer(past, 'earlier home');
  if (home?.available) {
    // One at a target that is out of use is over.
    const isHeld = holders.some(({ target }) => target === home.id);
    return answer(home, isHeld ? 'session' : 'home');
  }
  return answer(next, next ? 'next choice' : 'no target');
}

/** @throws {BalancerError} `INVALID_ADDRESS` */
export function checkedAddress(address: string): string {
  const bare = address.replace(/^\[(.*)\]$/, '$1');
  if (isIP(bare.replace(/%.*/, '')) !== 0) return bare;
  throw new BalancerError(
    `${JSON.stringify(address)} is not an IP address. Give one, such as 203.0.113.7 or 2001:db8::7.`,
    {
      code: 'INVALID_ADDRESS',
    },
  );
}
