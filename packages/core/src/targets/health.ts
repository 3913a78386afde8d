// What is known of whether a target can be reached. Plain data: who decides on it is the affair of `TargetHealth`.

/** Rises with each change that was decided on, so that news of an older dial can be told from news of today. */
interface Versioned {
  readonly version: number;
}

/**
 * Why a target is suspended. `failed`: it is probed from `until` on, and restored when it answers. `deactivated`: by a controller,
 * and restored at `until`. `elsewhere`: the process that decides says so, and ends it. `reported`: it failed in this process, which
 * has reported that to the one that decides.
 */
export type SuspensionCause = 'failed' | 'deactivated' | 'elsewhere' | 'reported';

export type Health =
  | ({ readonly state: 'healthy' } & Versioned)
  /** Skipped while another target is available. */
  | ({
      readonly state: 'suspended';
      readonly cause: SuspensionCause;
      /** ms of the clock of the process that decides; in the others there is no such time. */
      readonly until: number;
    } & Versioned);

/** A health that another process has decided on, or is to decide on. */
export function followedHealth(version: number, cause: 'elsewhere' | 'reported' | undefined): Health {
  return cause
    ? { state: 'suspended', version, cause, until: Number.POSITIVE_INFINITY }
    : { state: 'healthy', version };
}
