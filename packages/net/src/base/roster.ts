// A set of things that come and go with every connection. V8's own Set is no good for them: it leaves each table that it has
// outgrown linked to the next, and one that has become old keeps all that came after it, connections long closed included, until
// a full collection. Each collection before that one copies them all.

/** What can be in a roster, in one at a time. */
export interface Rostered {
  /** Its place there, -1 while it is in none. Kept by the roster alone. */
  slot: number;
}

export class Roster<T extends Rostered> {
  readonly #members: T[] = [];

  get size(): number {
    return this.#members.length;
  }

  add(member: T): void {
    if (member.slot >= 0) return;
    member.slot = this.#members.length;
    this.#members.push(member);
  }

  delete(member: T): void {
    if (member.slot < 0) return;
    const last = this.#members.pop() as T;
    if (last !== member) {
      this.#members[member.slot] = last;
      last.slot = member.slot;
    }
    member.slot = -1;
  }

  /** Calls `visit` with each member; members may leave meanwhile, whoever they are. */
  each(visit: (member: T) => void): void {
    // From the end: the one that takes a leaver's place has been visited.
    for (let slot = this.#members.length - 1; slot >= 0; slot -= 1) {
      const member = this.#members[slot];
      if (member) visit(member);
    }
  }
}
