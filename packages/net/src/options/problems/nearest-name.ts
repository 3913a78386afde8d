// Which known name a misspelt one was meant to be. Doesn't know what is being named.

import leven from 'leven';

/** The known name nearest to `name`, or undefined when none is near enough to be meant. Case doesn't count. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // Two slips in a short name ("prot"), a third of a long one; but not a name with nothing in common.
  const allowed = Math.min(Math.max(2, Math.floor(name.length / 3)), name.length - 1);
  const [nearest] = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= allowed) // the distance is no less than that
    .map((candidate) => ({ candidate, distance: leven(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest && nearest.distance <= allowed ? nearest.candidate : undefined;
}
