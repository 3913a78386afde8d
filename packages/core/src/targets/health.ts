// What is known of whether a target can be reached. Plain data: who decides on it is the affair of `TargetHealth`.

/** Rises with each change that was decided on, so that news of an older dial can be told from news of today. */
interface Versioned {
  readonly version: number;
}

/** Until when it is skipped in any case, in ms of the caller's clock. */
interface Skipped extends Versioned {
  readonly until: number;
}

export type Health =
  | ({ readonly state: 'healthy' } & Versioned)
  /** Skipped. After `until`, and before `trialUntil`, one client may try it. */
  | ({ readonly state: 'suspended'; readonly trialUntil: number } & Skipped)
  /** A client is trying it. */
  | ({ readonly state: 'onTrial'; readonly trialUntil: number } & Skipped)
  /** It was reached, which was reported: the next epoch restores it. */
  | ({ readonly state: 'recovering' } & Skipped);

/** As another process has decided. That process also lends the trials. @param until `undefined` for a healthy one */
export function decidedElsewhere(version: number, until: number | undefined): Health {
  if (until === undefined) return { state: 'healthy', version };
  return { state: 'suspended', version, until, trialUntil: Number.NEGATIVE_INFINITY };
}
