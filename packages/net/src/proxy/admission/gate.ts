// A gate: one question that each client is asked on its way in, answered with yes, or with no and a reason.
import type { ConnectionControl, ConnectionInfo } from '@lb/core/internal';
import type { Downstream } from '../../engine/engine.ts';
import type { Refusal } from '../events/observer.ts';
import type { ClientSlot } from '../limits/client-limits.ts';

/** Gates are shared by all connections of a listener: they keep nothing of one. */
export interface Gate {
  /**
   * Answers with `entry.pass()` or `entry.refuse(...)`: during the call, or later. Only the first answer counts.
   * @returns what is to be called off if the client's way ends before the answer
   */
  admit(entry: Entry): Waiting | undefined;
}

/** A client on its way in, as gates see it. */
export interface Entry {
  readonly downstream: Downstream;
  /** What middleware may do with the connection. */
  readonly control: ConnectionControl;
  readonly clientAddress: string;
  describe(): ConnectionInfo;
  /** Takes the client for the one that a proxy has announced. @param tlvs what the header says beyond addresses */
  announce(client: ConnectionInfo, tlvs: Uint8Array | undefined): void;
  /** Keeps a slot for the client until its connection ends. */
  hold(slot: ClientSlot): void;
  /** Refuses the client if there is no answer in time. All that await something have `admitTimeout` together. */
  await(timeout: 'header timeout' | 'middleware timeout'): void;
  pass(): void;
  refuse(refusal: Refusal, detail?: string): void;
}

/** An answer that is still to come. */
export interface Waiting {
  cancel(): void;
  /** The client has reset. @returns what that is to be taken for, if it means anything to this gate */
  gone?(): Refusal | undefined;
}
