// Where the primary keeps which displaced session is on which target. An interface: what it is kept in, and who else sees it, is
// the store's affair. When a session is over is the primary's.
import type { PlacementNotice } from '../protocol/agreement-messages.ts';

export interface SessionStore {
  /** Sessions kept. */
  readonly size: number;
  /** The id of the target where a client's session is. */
  get(clientKey: string): string | undefined;
  /**
   * Keeps a client's session at a target, unless it has one.
   * @returns the target where its session is now, or `undefined` when there was no room
   */
  claim(clientKey: string, target: string): string | undefined;
  /** Moves a session, unless it is elsewhere than expected. @returns whether it was moved */
  replace(clientKey: string, from: string, to: string): boolean;
  /** Ends a session: no process holds it. */
  drop(clientKey: string): void;
  /** All sessions, for a process that begins. Those that are dropped meanwhile may be left out. */
  sync(): Iterable<PlacementNotice>;
}
