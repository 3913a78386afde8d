// News of a target's health, and what it means for the target. Pure: who acts on it is the affair of `DecidingHealth` and the primary.
import type { Health } from './health.ts';
import type { Outcome } from './target-health.ts';

export type HealthNews =
  /** What came of a client's connection, or of a probe from this machine's own address, that began at this version. */
  | {
      readonly source: 'connect' | 'probe';
      readonly version: number;
      readonly outcome: Outcome;
      readonly reason?: string | undefined;
    }
  /** A controller asks for it, whatever else is known. */
  | { readonly source: 'controller'; readonly outcome: 'failed'; readonly reason?: string | undefined }
  /** Its suspension has lasted as long as it was to, and no probe can show whether it is back. */
  | { readonly source: 'time'; readonly version: number; readonly outcome: 'reached' };

/** `confirm`: it is to be probed, since what failed may concern this client alone. */
export type Verdict = 'suspend' | 'restore' | 'confirm' | undefined;

/** @param confirms whether a client's failed connection counts only when a probe fails too */
export function verdict(health: Health, news: HealthNews, confirms: boolean, now: number): Verdict {
  if (news.source === 'controller') return 'suspend';
  if (news.version !== health.version) return undefined;
  if (news.outcome === 'failed') {
    if (health.state === 'suspended') return undefined;
    return confirms && news.source === 'connect' ? 'confirm' : 'suspend';
  }
  if (health.state === 'healthy') return undefined;
  if (news.source === 'time') return now >= health.until ? 'restore' : undefined;
  return health.cause === 'deactivated' ? undefined : 'restore';
}
