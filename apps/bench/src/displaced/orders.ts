// What the main process asks of the workers, a JSON line each over a unix socket, and what they answer.

export type Order =
  /** Let these clients connect, a few at a time. */
  | { readonly order: 'connect'; readonly clients: readonly string[] }
  | { readonly order: 'close' }
  /** From now on the target of this port refuses; of none, where it is absent. */
  | { readonly order: 'refuse'; readonly port?: number }
  /** Collect garbage, and say how much memory is in use. */
  | { readonly order: 'weigh' }
  /** Begin to watch the event loop, or end and say how long it stood still at worst. */
  | { readonly order: 'watch' }
  | { readonly order: 'watched' };

export interface Answer {
  readonly heapBytes?: number;
  readonly worstMs?: number;
}
