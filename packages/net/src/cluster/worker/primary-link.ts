// A worker's end of the channel to its primary: what it begins with, what it sends, and how it reports that it can't begin.
import { BalancerError, errorCode } from '@lb/core';
import { isObject } from '@lb/core/internal';
import type { Log } from '../../base/log.ts';
import { checkedMessages } from '../protocol/checked-messages.ts';
import {
  LONGEST_FAILURE,
  PROTOCOL_VERSION,
  type ToPrimary,
  type ToWorker,
  type WorkerInit,
} from '../protocol/messages.ts';
import { toWorkerFault } from '../protocol/to-worker-checks.ts';
import { failureText } from './failure-text.ts';

/** What the primary's first message has a worker begin with. @throws {BalancerError} `UPGRADED`, `MALFORMED_MESSAGE` */
export function initIn(first: unknown): WorkerInit {
  if (isObject(first) && first.type === 'init' && first.version !== PROTOCOL_VERSION) {
    throw new BalancerError(
      `The package was upgraded on disk: restart the balancer. Its primary, pid ${process.ppid}, sends messages of version ${first.version}, and new workers read version ${PROTOCOL_VERSION}.`,
      { code: 'UPGRADED' },
    );
  }
  const fault = toWorkerFault(first);
  const message = first as ToWorker;
  if (fault === undefined && message.type === 'init') return message.init;
  throw new BalancerError(
    `The primary, pid ${process.ppid}, has begun with a message that is not understood: ${fault ?? message.type}. If the package was updated while the balancer ran, restart the balancer.`,
    { code: 'MALFORMED_MESSAGE' },
  );
}

/** Listens to all that comes after the first message. */
export function listen(onMessage: (message: ToWorker) => void, log: Log): void {
  const onDropped = (fault: string, leftOut: number): void =>
    log.warn({ primaryPid: process.ppid, leftOut }, `dropped a message of the primary, pid ${process.ppid}: ${fault}`);
  process.on('message', checkedMessages(toWorkerFault, onMessage, onDropped));
}

/** To a primary that is dead and not known to be, sending fails. Without a callback, that would end this process. */
export function tell(message: ToPrimary, sent: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, sent);
  else sent();
}

/** Reports that this worker can't begin. */
export function tellFailure(error: unknown): void {
  const message = failureText(error).slice(0, LONGEST_FAILURE);
  tell({ type: 'failed', code: errorCode(error).slice(0, LONGEST_FAILURE), message });
}
