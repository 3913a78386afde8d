// Who may come in by the config: the lists `allow` and `deny`.
import { AddressList } from '@lb/core/internal';
import type { ResolvedOptions } from './options/index.ts';

export class ClientLists {
  readonly #allow: AddressList | undefined;
  readonly #deny: AddressList | undefined;

  constructor({ allow, deny }: Pick<ResolvedOptions, 'allow' | 'deny'>) {
    this.#allow = allow && new AddressList(allow);
    this.#deny = deny && new AddressList(deny);
  }

  /** Whether a client is turned away. One whose address can't be read is, where there is a list. */
  refuse(address: string): boolean {
    if (this.#allow && this.#allow.has(address) !== true) return true;
    return this.#deny !== undefined && this.#deny.has(address) !== false;
  }
}
