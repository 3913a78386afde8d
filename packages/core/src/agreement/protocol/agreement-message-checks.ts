// The checks of the agreement's messages, where they arrive: each process looks at those of the other side.

import { MOST_PAST_LISTS, type PastTarget } from '../../policies/past-homes.ts';
import { MOST_TARGETS, type TargetOptions } from '../../targets/target-options.ts';
import type { TargetState } from '../../targets/target-state.ts';
import { type FromPrimary, type FromWorker, LONGEST_LIST } from './agreement-messages.ts';
import {
  type Check,
  faultFinder,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
} from './message-faults.ts';

/** An address, or the path of a unix socket, which is how long a client's may be. */
const isClientKey = isText(256);
const isTargetId = isText(512);
const areClientKeys = isListOf(isClientKey, LONGEST_LIST);
const arePlacements = isListOf(isTupleOf(isClientKey, isTargetId), LONGEST_LIST);

const areSessions = isListOf(isTupleOf(isClientKey, isTargetId, isDuration), LONGEST_LIST);

const isWeight: Check = (value) => isDuration(value) && value !== 0;

const isTargetOptions = hasFields<TargetOptions>({
  host: isOptional(isText(253)),
  port: isOptional(isCount),
  path: isOptional(isText(256)),
  weight: isOptional(isWeight),
  maxConnections: isOptional(isCount),
});

const isTargetState = hasFields<TargetState>({
  options: isTargetOptions,
  mode: isOneOf('enabled', 'draining', 'disabled'),
  healthVersion: isCount,
  suspended: isFlag,
  address: isOptional(isText(128)),
});

const areTargetStates = isListOf(isTargetState, MOST_TARGETS);

const isPastTarget = hasFields<PastTarget>({ id: isTargetId, weight: isWeight, isOver: isOptional(isOneOf(true)) });

/** Where clients were at home before. */
export const arePastLists = isListOf(isListOf(isPastTarget, MOST_TARGETS), MOST_PAST_LISTS);

/** What is wrong with a message of a worker. */
export const fromWorkerFault = faultFinder<FromWorker>({
  place: { placements: arePlacements, declared: isOptional(isFlag) },
  prepared: { epoch: isCount },
  claim: { placements: arePlacements },
  held: { check: isCount, clientKeys: areClientKeys },
  released: { clientKeys: areClientKeys },
  failed: { target: isTargetId, version: isCount, reason: isOptional(isText(4096)) },
  reached: { target: isTargetId, version: isCount },
  handOver: { sessions: areSessions },
  emptied: {},
});

/** What is wrong with a message of the primary. */
export const fromPrimaryFault = faultFinder<FromPrimary>({
  epoch: { epoch: isCount, targets: areTargetStates, past: arePastLists },
  prepare: {
    epoch: isCount,
    targets: areTargetStates,
    past: arePastLists,
    restored: isListOf(isTargetId, MOST_TARGETS),
  },
  placed: { placements: arePlacements, answer: isOptional(isOneOf(true)) },
  check: { check: isCount, clientKeys: areClientKeys },
  checked: { check: isCount, kept: areClientKeys, dropped: areClientKeys },
  claimed: { granted: areClientKeys, refused: areClientKeys },
  suspended: { target: isTargetId, version: isCount },
  adopt: { sessions: areSessions },
  handedOver: {},
});
