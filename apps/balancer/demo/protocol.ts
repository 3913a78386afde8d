// What the demo's processes and its page tell each other: types only, so that the page may import it too.

/** `unknown`: on a page that no target answers. */
export type TargetStatus = 'starting' | 'up' | 'down' | 'unknown';

export interface TargetState {
  readonly name: string;
  readonly port: number;
  readonly pid: number | null;
  readonly status: TargetStatus;
  /** When it came to be so, in ms since 1970. */
  readonly since: number;
}

/** A simulated client. `target` is null while it has no connection. */
export interface Visitor {
  readonly address: string;
  readonly target: string | null;
}

export interface DemoState {
  /** Grows with every change, also from one run of the demo to the next: a page ignores what is older. */
  readonly revision: number;
  readonly targets: readonly TargetState[];
  readonly visitors: readonly Visitor[];
}

export type Order = 'stop' | 'start';

export type ToTarget =
  | { readonly type: 'state'; readonly state: DemoState }
  | { readonly type: 'balancer'; readonly pid: number };

export type FromTarget =
  | { readonly type: 'listening'; readonly port: number }
  | { readonly type: 'failed'; readonly reason: string }
  | { readonly type: 'order'; readonly order: Order; readonly name: string };

export interface Hello {
  readonly name: string;
  readonly pid: number;
}

/** The socket.io events of the page. */
export interface TargetEvents {
  hello: (hello: Hello) => void;
  state: (state: DemoState) => void;
}

export interface PageEvents {
  echo: (answer: () => void) => void;
}
