// The checks of what a primary sends its workers, where it arrives. They do without the schema of options, which takes as long to load
// as the rest of a worker.
import {
  faultFinder,
  fromPrimaryFault,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isObject,
  isOneOf,
  isOptional,
  isTupleOf,
  MOST_TARGETS,
} from '@lb/core/internal';
import type { SplitOptions } from '../../options/index.ts';
import type { Identity } from '../identity/identity.ts';
import type { Account } from '../identity/user-environment.ts';
import { isName, isPort } from './field-checks.ts';
import { PROTOCOL_VERSION, type ToWorker, type WorkerInit } from './messages.ts';

const MOST_LISTENERS = 4096;

/** What has a path needs no look-up. */
const isEndpoint = hasFields<{ host: string; port: number }>({ host: isName, port: isPort });
const areEndpoints = isListOf(isTupleOf(isName, isListOf(isEndpoint, 65_536)), MOST_TARGETS * 2);
const areListeners = isListOf(isCount, MOST_LISTENERS);

/** The options are not looked into: the primary has resolved them. */
const areOptions = hasFields<SplitOptions>({ process: isObject, listener: isObject, pool: isObject });

const isInit = hasFields<WorkerInit>({
  index: isCount,
  options: areOptions,
  endpoints: areEndpoints,
  listeners: areListeners,
  shared: isOptional(
    hasFields<NonNullable<WorkerInit['shared']>>({ descriptor: isCount, region: isCount, seed: isName }),
  ),
  identity: isOptional(
    hasFields<Identity>({
      uid: isCount,
      gid: isCount,
      name: isOptional(isName),
      account: hasFields<Account>({ name: isOptional(isName), home: isName, shell: isOptional(isName) }),
    }),
  ),
});

/** What is wrong with a message to a worker. */
export const toWorkerFault = faultFinder<ToWorker>({
  init: { version: isOneOf(PROTOCOL_VERSION), init: isInit },
  serve: { listeners: areListeners },
  agreement: { message: (value) => fromPrimaryFault(value) === undefined },
  endpoints: { endpoints: areEndpoints },
  resolved: { target: isName },
  endConnections: { target: isName },
  options: { options: areOptions },
  status: { request: isCount },
  session: { request: isCount, clientKey: isName },
  drain: { timeout: isOptional(isDuration), emptyQueues: isFlag, handOver: isFlag },
});
