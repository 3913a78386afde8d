// Where targets are, for what probes them, and what a probe shows of it. An interface, in the process that decides on their health.
import type { TargetRecord } from '@lb/core';
import type { Endpoint } from '../base/endpoint.ts';

export interface ProbedAddresses {
  /** In the order in which to try them; none while the name of the target has no answer. */
  endpoints(target: TargetRecord): readonly Endpoint[];
  /** A probe has reached the target there, and at no address before that one. */
  reached(target: TargetRecord, endpoint: Endpoint): void;
  /** A probe has reached the target nowhere: its name may lead elsewhere by now. */
  unreached(target: TargetRecord): void;
}
