// The proxies whose headers are trusted: a client behind one of them is who its header says.
import { AddressList } from '@lb/core/internal';
import type { Entry, Gate } from './gate.ts';
import { HeaderReading, type HeaderSettings } from './header-reading.ts';

export class TrustedProxies implements Gate {
  readonly #list: AddressList;
  readonly #settings: HeaderSettings;

  constructor(settings: HeaderSettings) {
    this.#list = new AddressList(settings.trustedProxies);
    this.#settings = settings;
  }

  admit(entry: Entry): HeaderReading | undefined {
    if (this.#list.has(entry.downstream.remoteAddress)) return HeaderReading.begin(entry, this.#settings);
    entry.pass();
    return undefined;
  }
}
