// What a primary answers to those who command it, besides its status.
import type { TargetMode } from '@lb/core';

export interface ReloadAnswer {
  /** The options whose value is another one now. None: the config is as it was. */
  readonly changed: readonly string[];
  /** Workers that were replaced, one after the other. */
  readonly workersReplaced: number;
}

export interface ModeAnswer {
  readonly target: string;
  readonly mode: Exclude<TargetMode, 'removed'>;
  /** What it was before. */
  readonly previous: Exclude<TargetMode, 'removed'>;
  /** Whether it is skipped for now because connecting to it has failed. It takes clients again when it answers. */
  readonly suspended: boolean;
  /** Why the next primary will not know it. Absent if it is kept. */
  readonly unkept?: string | undefined;
}

/** One worker that has a client's session. */
export interface SessionHolder {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly target: string;
  readonly connections: number;
  /** ms since the last connection ended; `undefined` while there is one. */
  readonly idleMs: number | undefined;
}

/** Where a client goes, and why. */
export interface SessionAnswer {
  readonly clientAddress: string;
  readonly clientKey: string;
  /** Where its next connection goes, as long as that target takes it; `undefined` when it is denied or no target is in use. */
  readonly target: string | undefined;
  /**
   * `displaced`: it has a session away from home. `session`: it has one at home. `home`: it has none, and its first choice is
   * available. `earlier home`: it has none, but may have lost one there with a process that died, before the targets changed.
   * `next choice`: it has none, and its home is suspended. `denied`: one of the config's lists turns it away.
   */
  readonly reason: 'displaced' | 'session' | 'home' | 'earlier home' | 'next choice' | 'no target' | 'denied';
  /** The list that turns it away: `deny` has it, or `allow` doesn't. Absent when it may connect. */
  readonly deniedBy?: 'allow' | 'deny' | undefined;
  readonly home: string | undefined;
  readonly holders: readonly SessionHolder[];
}
