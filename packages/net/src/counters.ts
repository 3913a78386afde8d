// What has happened since the start, counted. Shown in `status`.

export class Counters {
  /** Connections accepted. */
  accepted = 0;
  /** Turned away by the lists `allow` and `deny`. */
  denied = 0;
  /** Turned away because a trusted proxy's header made no sense. */
  malformed = 0;
  /** Blocked by middleware, or by its deadline. */
  blocked = 0;
  /** Reset, because no target took them. */
  unserved = 0;
  /** Attempts to connect that failed and were followed by the next candidate. */
  passedOver = 0;
}
