// Who may come in by the config: the lists `allow` and `deny`.
import { AddressList } from '@lb/core/internal';
import type { ListenerOptions } from '../../options/index.ts';
import type { Entry, Gate } from './gate.ts';

export class ClientLists implements Gate {
  readonly #allow: AddressList | undefined;
  readonly #deny: AddressList | undefined;

  constructor({ allow, deny }: Pick<ListenerOptions, 'allow' | 'deny'>) {
    this.#allow = allow && new AddressList(allow);
    this.#deny = deny && new AddressList(deny);
  }

  admit(entry: Entry): undefined {
    if (this.deniedBy(entry.clientAddress)) entry.refuse('denied');
    else entry.pass();
  }

  /** The list that turns a client away, if one does. One whose address can't be read is turned away by any list. */
  deniedBy(address: string): 'allow' | 'deny' | undefined {
    if (this.#allow && this.#allow.has(address) !== true) return 'allow';
    return this.#deny && this.#deny.has(address) !== false ? 'deny' : undefined;
  }
}
