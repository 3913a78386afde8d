// Where a client belongs that has reached a target: it stays there, is a guest there, or has to go. Pure.
import type { TargetRecord } from '../targets/target-record.ts';

/**
 * `place`: its session is there from now on. `guest`: this connection alone is, and its session is elsewhere. `claim`: its session may be
 * elsewhere, which other processes know. `elsewhere`: this connection must be let go.
 */
export type Belonging = 'place' | 'guest' | 'claim' | 'elsewhere';

/** A client's connection, as far as it matters here. */
export interface Arrival {
  /** The client's first choice of all that are in use. */
  readonly home: TargetRecord | undefined;
  /** Where all processes look for the client if they know of no session: its home, or where a session of it may have been lost. */
  readonly expected: TargetRecord | undefined;
  /** Whether this connection has had a target as a candidate. */
  tried(target: TargetRecord): boolean;
}

/**
 * The target of a client's session, as far as that is known and serves its sessions.
 * @param own by what this process keeps @param agreed by what all processes have agreed on
 */
export function knownPlace(own: TargetRecord | undefined, agreed: TargetRecord | undefined): TargetRecord | undefined {
  if (agreed?.servesSessions) return agreed;
  return own?.servesSessions ? own : undefined;
}

/**
 * @param target the one that the client has reached
 * @param own where its session is by what this process keeps
 * @param agreed where its session is by what all processes have agreed on
 * @param isShared whether there are other processes, which look for the client too
 */
export function belonging(
  arrival: Arrival,
  target: TargetRecord,
  own: TargetRecord | undefined,
  agreed: TargetRecord | undefined,
  isShared: boolean,
): Belonging {
  // Taken out of use since the dial began: it takes no new connection.
  if (!target.keepsSessions) return 'elsewhere';
  const known = knownPlace(own, agreed);
  // Its target may be suspended. A session that is known was not lost with a process, so nobody looks for it under an earlier list.
  const isKept = agreed?.keepsSessions || own?.keepsSessions;
  // In another process the client may be where all look for it, which needs no message.
  const other = known ?? (isShared ? (isKept ? arrival.home : arrival.expected) : undefined);
  if (!other || other === target || !other.servesSessions) return 'place';
  if (!other.full && !arrival.tried(other)) return 'elsewhere';
  // It was passed over for this connection alone: a session stays there.
  if (known) return 'guest';
  // If its own target is suspended, each process that places it elsewhere says so: there is nothing to find out.
  return isKept ? 'place' : 'claim';
}
