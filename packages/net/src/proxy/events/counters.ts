// What has happened since the start, counted. Shown in `status`.

export class Counters {
  /** Connections accepted. */
  accepted = 0;
  /** Reset because their client had as many connections as it may have. */
  tooManyOfClient = 0;
  /** Reset because their client began too many in too short a time. */
  tooFastOfClient = 0;
  /** How often the balancer had as many connections as it may have, and accepted no more for a while. */
  full = 0;
  /** Turned away by the lists `allow` and `deny`. */
  denied = 0;
  /** Turned away because a trusted proxy's header made no sense. */
  malformed = 0;
  /** Connections on which a trusted proxy sent nothing and which it closed again. */
  probes = 0;
  /** Blocked by middleware, or by its deadline. */
  blocked = 0;
  /** Those of `blocked` that were blocked because middleware threw. */
  middlewareFailed = 0;
  /** Reset, because no target took them. */
  unserved = 0;
  /** Attempts to connect that failed and were followed by the next candidate. */
  passedOver = 0;
}
