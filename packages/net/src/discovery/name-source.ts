// What a process that carries connections asks of the one that resolves names, and reports to it. An interface: the primary is sent
// messages; a balancer of one process answers itself.

export interface NameSource {
  /**
   * Looks up the name of a target again, unless that was done within the last second. `AddressBook.renewed` is called when there is an
   * answer, after `AddressBook.set` where that changes anything.
   */
  renew(target: string): void;
  /** An address of a target has answered. The one that all processes connect to has not: `silent`. */
  answered(target: string, address: string, silent: string): void;
}
