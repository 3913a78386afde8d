// The checks of what workers send their primary, where it arrives. A controller runs in a worker's process, and may send what it
// likes by mistake.
import {
  faultFinder,
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
  MOST_TARGETS,
} from '@lb/core/internal';
import { optionsSchema } from '../../options/schema/schema.ts';
import type { CounterStatus, SessionStatus, TargetStatus } from '../../proxy/balancer-status.ts';
import { Counters } from '../../proxy/events/counters.ts';
import type { MiddlewareFailureStatus } from '../../proxy/events/middleware-failures.ts';
import { isName, isPort } from './field-checks.ts';
import { LONGEST_FAILURE, type ToPrimary, type WorkerReport } from './messages.ts';

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
