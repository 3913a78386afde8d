// What a primary's part in the agreement is made with.
import type { HashKey } from '../../hashing/hash.ts';
import type { DecidingHealthOptions, HealthRules } from '../../targets/deciding-health.ts';
import type { TargetOptions } from '../../targets/target-options.ts';
import type { FromPrimary } from '../protocol/agreement-messages.ts';
import type { SessionStore } from '../store/session-store.ts';
import type { WorkerId } from './members.ts';

export interface AgreementRules extends HealthRules {
  /** How long a session outlives its last connection, in ms. */
  readonly sessionExpiry: number;
}

export interface PrimaryAgreementOptions extends AgreementRules {
  readonly targets: readonly TargetOptions[];
  readonly hashKey: HashKey;
  /** Where displaced sessions are kept. */
  readonly store: SessionStore;
  /** In order, and nothing lost as long as the worker lives. */
  readonly send: (worker: WorkerId, message: FromPrimary) => void;
  readonly onHealth?: DecidingHealthOptions['onHealth'];
  readonly onDoubt?: DecidingHealthOptions['onDoubt'];
  /** Told of each epoch that has begun. */
  readonly onEpoch?: (epoch: number) => void;
  /** Called when a snapshot may differ from the one before. */
  readonly onChange?: (() => void) | undefined;
}
