// The checks of what the primary and its workers send each other, where it arrives. A controller runs in a worker's process, and
// may send what it likes by mistake.
import {
  faultFinder,
  fromPrimaryFault,
  fromWorkerFault,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
  MOST_TARGETS,
} from '@lb/core/internal';
import { optionsSchema } from '../../options/schema/schema.ts';
import type { CounterStatus, SessionStatus, TargetStatus } from '../../proxy/balancer-status.ts';
import { Counters } from '../../proxy/events/counters.ts';
import type { MiddlewareFailureStatus } from '../../proxy/events/middleware-failures.ts';
import type { Identity } from '../identity/identity.ts';
import type { Account } from '../identity/user-environment.ts';
import { PROTOCOL_VERSION, type ToPrimary, type ToWorker, type WorkerInit, type WorkerReport } from './messages.ts';

/** The longest text of a failure; it has a stack at times. */
export const LONGEST_FAILURE = 65_536;
const MOST_LISTENERS = 4096;

const isName = isText(512);
const isPort = (value: unknown): boolean => isCount(value) && (value as number) <= 65_535;

const counterNames = Object.keys(new Counters()) as (keyof CounterStatus)[];
const areCounters = (value: unknown): boolean => isObject(value) && counterNames.every((name) => isCount(value[name]));

const isTargetStatus = hasFields<TargetStatus>({
  target: isName,
  weight: isDuration,
  mode: isOneOf('enabled', 'draining', 'disabled', 'removed'),
  suspended: isFlag,
  connections: isCount,
  sessions: isCount,
});

const isMiddlewareFailure = hasFields<MiddlewareFailureStatus>({ inARow: isCount, lastError: isText(1_024) });

const isReport = hasFields<WorkerReport>({
  engine: isName,
  connections: isCount,
  sessions: isCount,
  counters: areCounters,
  middlewareFailure: isOptional(isMiddlewareFailure),
  targets: isListOf(isTargetStatus, MOST_TARGETS),
  displacedSessions: isCount,
  eventLoopDelayMs: isDuration,
});

const isSession = hasFields<SessionStatus>({
  target: isName,
  connections: isCount,
  idleMs: isOptional(isDuration),
});

/** By the schema of a config; `setTargets` has checked the rest, and thrown what is wrong. */
const areTargets = (value: unknown): boolean => optionsSchema.shape.targets.safeParse(value).success;

/** What is wrong with a message to the primary. */
export const toPrimaryFault = faultFinder<ToPrimary>({
  ready: { port: isPort },
  failed: { code: isText(LONGEST_FAILURE), message: isText(LONGEST_FAILURE) },
  agreement: { message: (value) => fromWorkerFault(value) === undefined },
  status: { request: isCount, status: isReport },
  session: { request: isCount, session: isOptional(isSession) },
  resolve: { target: isName },
  answered: { target: isName, address: isName, silent: isName },
  counted: { counters: areCounters },
  beat: {},
  unlistened: {},
  setTargets: { targets: areTargets },
  suspend: { host: isName, port: isPort },
  stop: {},
});

/** What has a path needs no look-up. */
const isEndpoint = hasFields<{ host: string; port: number }>({ host: isName, port: isPort });
const areEndpoints = isListOf(isTupleOf(isName, isListOf(isEndpoint, 65_536)), MOST_TARGETS * 2);
const areListeners = isListOf(isCount, MOST_LISTENERS);

/** The options are not looked into: the primary has resolved them. */
const isInit = hasFields<WorkerInit>({
  index: isCount,
  options: isObject,
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
  options: { options: isObject },
  status: { request: isCount },
  session: { request: isCount, clientKey: isName },
  drain: { timeout: isOptional(isDuration), emptyQueues: isFlag, handOver: isFlag },
});
