// A naive model of the session table, and the commands that drive both: plain arrays, searched from end to end.
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Session, SessionTable } from '../sessions/session-table.ts';
import type { TargetRecord } from '../targets/target-record.ts';

export const EXPIRY = 100;

interface Entry {
  key: string;
  target: TargetRecord;
  live: number;
  expiresAt: number;
  readonly session: Session;
}

export class TableModel {
  now = 0;
  readonly targets: readonly TargetRecord[];
  readonly limit: number;
  live: Entry[] = [];
  /** From the one idle longest to the one idle last. */
  idle: Entry[] = [];
  /** Those that the full table did not keep. */
  unkept: Entry[] = [];
  /** One for each connection. */
  holds: Entry[] = [];

  constructor(targets: readonly TargetRecord[], limit: number) {
    this.targets = targets;
    this.limit = limit;
  }

  get kept(): Entry[] {
    return [...this.live, ...this.idle];
  }

  entry(key: string): Entry | undefined {
    return this.kept.find((entry) => entry.key === key);
  }

  /** Behind all that have been idle as long. */
  putIdle(entry: Entry): void {
    const behind = this.idle.filter((idle) => idle.expiresAt <= entry.expiresAt);
    this.idle.splice(behind.length, 0, entry);
  }

  expire(which: (entry: Entry) => boolean): void {
    this.idle = this.idle.filter((entry) => entry.expiresAt > this.now || !which(entry));
  }
}

type Command = fc.Command<TableModel, SessionTable>;

abstract class Step implements Command {
  abstract apply(model: TableModel, table: SessionTable): void;

  check(_model: Readonly<TableModel>): boolean {
    return true;
  }

  run(model: TableModel, table: SessionTable): void {
    this.apply(model, table);
    expectAgreement(model, table);
  }

  toString(): string {
    return `${this.constructor.name} ${JSON.stringify(this)}`;
  }
}

class Hold extends Step {
  readonly key: string;
  readonly target: number;

  constructor(key: string, target: number) {
    super();
    this.key = key;
    this.target = target;
  }

  apply(model: TableModel, table: SessionTable): void {
    const target = model.targets[this.target] as TargetRecord;
    const session = table.hold(this.key, target, model.now);
    expect(session.target).toBe(target);

    model.expire((entry) => entry.key === this.key);
    let entry = model.entry(this.key);
    if (entry) {
      expect(session).toBe(entry.session);
      entry.target = target;
      entry.live += 1;
      model.idle = model.idle.filter((idle) => idle !== entry);
      if (!model.live.includes(entry)) model.live.push(entry);
    } else {
      entry = { key: this.key, target, live: 1, expiresAt: 0, session };
      if (model.kept.length >= model.limit) model.idle.shift();
      (model.kept.length < model.limit ? model.live : model.unkept).push(entry);
    }
    model.holds.push(entry);
  }
}

class Release extends Step {
  readonly which: number;

  constructor(which: number) {
    super();
    this.which = which;
  }

  override check(model: Readonly<TableModel>): boolean {
    return model.holds.length > 0;
  }

  apply(model: TableModel, table: SessionTable): void {
    const [entry] = model.holds.splice(this.which % model.holds.length, 1) as [Entry];
    table.release(entry.session, model.now);

    entry.live -= 1;
    if (entry.live > 0) return;
    entry.expiresAt = model.now + EXPIRY;
    if (model.live.includes(entry)) model.idle.push(entry);
    model.live = model.live.filter((live) => live !== entry);
    model.unkept = model.unkept.filter((unkept) => unkept !== entry);
  }
}

class Adopt extends Step {
  readonly key: string;
  readonly target: number;
  readonly idle: number;

  constructor(key: string, target: number, idle: number) {
    super();
    this.key = key;
    this.target = target;
    this.idle = idle;
  }

  apply(model: TableModel, table: SessionTable): void {
    const target = model.targets[this.target] as TargetRecord;
    const expiresAt = model.now - this.idle + EXPIRY;
    table.adopt(this.key, target, model.now - this.idle, model.now);

    if (expiresAt <= model.now) return;
    model.expire((entry) => entry.key === this.key);
    const own = model.entry(this.key);
    if (own) {
      if (own.live > 0 || own.expiresAt >= expiresAt) return;
      model.idle = model.idle.filter((entry) => entry !== own);
      own.expiresAt = expiresAt;
      return model.putIdle(own);
    }
    if (model.kept.length >= model.limit) {
      const oldest = model.idle[0];
      if (!oldest || oldest.expiresAt >= expiresAt) return;
      model.idle.shift();
    }
    const session = table.find(this.key, Number.NEGATIVE_INFINITY) as Session;
    model.putIdle({ key: this.key, target, live: 0, expiresAt, session });
  }
}

class Find extends Step {
  readonly key: string;

  constructor(key: string) {
    super();
    this.key = key;
  }

  apply(model: TableModel, table: SessionTable): void {
    model.expire((entry) => entry.key === this.key);
    expect(table.find(this.key, model.now)).toBe(model.entry(this.key)?.session);
  }
}

class Sweep extends Step {
  apply(model: TableModel, table: SessionTable): void {
    table.sweep(model.now);
    model.expire(() => true);
  }
}

class Pass extends Step {
  readonly time: number;

  constructor(time: number) {
    super();
    this.time = time;
  }

  apply(model: TableModel): void {
    model.now += this.time;
  }
}

export function expectAgreement(model: TableModel, table: SessionTable): void {
  expect(table.size).toBe(model.kept.length);
  expect(table.size).toBeLessThanOrEqual(model.limit);
  for (const entry of model.kept) {
    // A time before all others finds what is there and drops nothing.
    const session = table.find(entry.key, Number.NEGATIVE_INFINITY);
    expect(session).toBe(entry.session);
    expect(session).toMatchObject({ target: entry.target, live: entry.live });
  }
  for (const [index, entry] of model.idle.entries()) {
    expect(entry.session.idleSince + EXPIRY).toBe(entry.expiresAt);
    expect(entry.session.older).toBe(model.idle[index - 1]?.session);
    expect(entry.session.newer).toBe(model.idle[index + 1]?.session);
  }
  // A live session holds on to no other, or a long connection would keep sessions in memory that are over.
  for (const { session } of model.live) expect([session.older, session.newer]).toEqual([undefined, undefined]);
  for (const target of model.targets) {
    const sessions = [...model.kept, ...model.unkept].filter((entry) => entry.target === target);
    expect(target.sessions).toBe(sessions.length);
  }
}

export function arbitraryCommands(targets: number): fc.Arbitrary<Iterable<Command>> {
  const key = fc.constantFrom(...'abcdef');
  const time = fc.constantFrom(0, 1, EXPIRY / 2, EXPIRY - 1, EXPIRY);
  return fc.commands(
    [
      fc.tuple(key, fc.nat({ max: targets - 1 })).map(([client, target]) => new Hold(client, target)),
      fc.nat().map((which) => new Release(which)),
      fc.nat().map((which) => new Release(which)),
      key.map((client) => new Find(client)),
      fc
        .tuple(key, fc.nat({ max: targets - 1 }), time)
        .map(([client, target, idle]) => new Adopt(client, target, idle)),
      fc.constant(new Sweep()),
      time.map((passed) => new Pass(passed)),
    ],
    { maxCommands: 100, size: '+1' },
  );
}
