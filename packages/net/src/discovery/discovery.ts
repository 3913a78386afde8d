// From what a config says of a target to where it can be reached. An interface, in the process that resolves names: the primary,
// or a balancer of one process.
import type { TargetOptions } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';

export interface Discovery {
  /**
   * Follows where a target can be reached. The last good answer is kept.
   * @param onEndpoints called with all endpoints as soon as they are known, within this call if they are already, and whenever one
   * comes or goes. With none where there was no answer yet
   */
  watch(target: TargetOptions, onEndpoints: (endpoints: readonly Endpoint[]) => void): Watch;
  /** Asks again now. Resolves when each target has an answer, or has had none for some seconds. */
  refresh(): Promise<void>;
  /** The same for one target that is watched, once a second at most. */
  renew(target: TargetOptions): Promise<void>;
}

export interface Watch {
  close(): void;
}
