// Asking all workers for a client's session, and saying where the client goes.
import { BalancerError, clientKey } from '@lb/core';
import type { ListenerOptions, PoolOptions, ProcessOptions } from '../../../options/index.ts';
import { ClientLists } from '../../../proxy/admission/client-lists.ts';
import type { SessionStatus } from '../../../proxy/balancer-status.ts';
import type { RunningAgreement } from '../running-agreement.ts';
import type { WorkerSlot } from '../supervision/worker-slot.ts';
import type { SessionAnswer } from './command-answers.ts';
import type { Questions } from './questions.ts';
import { checkedAddress, sessionAnswer } from './session-answer.ts';

export interface SessionSearch {
  readonly options: Pick<ListenerOptions & PoolOptions & ProcessOptions, 'allow' | 'deny' | 'stickiness' | 'clientKey'>;
  readonly agreement: RunningAgreement;
  readonly slots: readonly WorkerSlot[];
  readonly questions: Questions<SessionStatus>;
}

/** @throws {BalancerError} `INVALID_ADDRESS`, or `NO_SESSIONS` where clients don't stay on a target */
export async function findSession(
  address: string,
  { options, agreement, slots, questions }: SessionSearch,
): Promise<SessionAnswer> {
  const clientAddress = checkedAddress(address);
  const deniedBy = new ClientLists(options).deniedBy(clientAddress);
  if (!deniedBy && !options.stickiness) {
    throw new BalancerError(
      'stickiness is false: each connection goes to a target at random, and there are no sessions.',
      {
        code: 'NO_SESSIONS',
      },
    );
  }
  const key = clientKey(clientAddress, options.clientKey);
  const answers = await questions.ask(slots, (request) => ({ type: 'session', request, clientKey: key }));
  return sessionAnswer({
    clientAddress,
    clientKey: key,
    policy: agreement.policy,
    targets: agreement.core.targets,
    deniedBy,
    displaced: agreement.core.find(key),
    pastHome: agreement.pastHome(key),
    workers: slots.map(({ index, pid }, at) => ({ worker: index, pid, session: answers[at] })),
  });
}
