// Looks up the names of targets in the background, so that no connection waits for a name server, unless the name is new.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { TargetOptions } from '@lb/core';
import { type Addresses, bareHost } from './address-book.ts';
import { errorCode } from './errors.ts';
import type { Log } from './log.ts';

/** ms between two look-ups of the same name. */
const INTERVAL = 30_000;

export interface NameResolverOptions {
  readonly log: Log;
  /** Told when an address has come or gone. */
  readonly onChange: (addresses: Addresses) => void;
  readonly lookup?: (name: string) => Promise<readonly string[]>;
}

export class NameResolver {
  readonly #log: Log;
  readonly #onChange: (addresses: Addresses) => void;
  readonly #lookup: (name: string) => Promise<readonly string[]>;
  #names: readonly string[] = [];
  #addresses: Addresses = new Map();
  #failing = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NameResolverOptions) {
    this.#log = options.log;
    this.#onChange = options.onChange;
    this.#lookup = options.lookup ?? systemLookup;
  }

  /** What is known now. A name keeps its last good answer. */
  get addresses(): Addresses {
    return this.#addresses;
  }

  /** Looks up the names of these targets, and again every 30 s. Resolves after the first answers, good or bad. */
  async watch(targets: readonly TargetOptions[]): Promise<void> {
    const hosts = targets.filter((target) => target.path === undefined).map((target) => bareHost(target.host ?? ''));
    this.#names = [...new Set(hosts)].filter((host) => !isIP(host));
    for (const name of this.#failing) if (!this.#names.includes(name)) this.#failing.delete(name);
    this.close();
    if (this.#names.length === 0) return;
    this.#timer = setInterval(() => void this.refresh(), INTERVAL).unref();
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const names = this.#names;
    const answers = await Promise.all(names.map(async (name) => [name, await this.#resolve(name)] as const));
    if (names !== this.#names) return;
    const before = JSON.stringify([...this.#addresses]);
    this.#addresses = new Map(answers);
    if (JSON.stringify(answers) !== before) this.#onChange(this.#addresses);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #resolve(name: string): Promise<readonly string[]> {
    try {
      const addresses = await this.#lookup(name);
      if (this.#failing.delete(name)) this.#log.info({ name, addresses }, `target name ${name} resolves again`);
      const known = this.#addresses.get(name);
      // Name servers give the same addresses in another order each time.
      return known && haveSameMembers(known, addresses) ? known : addresses;
    } catch (error) {
      const kept = this.#addresses.get(name) ?? [];
      if (!this.#failing.has(name)) this.#log.warn({ name, code: errorCode(error), kept }, unresolved(name, kept));
      this.#failing.add(name);
      return kept;
    }
  }
}

function haveSameMembers(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((member) => others.includes(member));
}

function unresolved(name: string, kept: readonly string[]): string {
  const now =
    kept.length > 0 ? `its last addresses stay in use: ${kept.join(', ')}` : 'its target is passed over until then';
  return `target name ${name} cannot be resolved; it is asked for again every ${INTERVAL / 1000} s, and ${now}`;
}

async function systemLookup(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, order: 'verbatim' });
  return [...new Set(found.map(({ address }) => address))];
}
