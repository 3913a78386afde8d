// What `start` hears from the supervisor, and the supervisor from the primary: that it runs, or why it doesn't.

export type DaemonMessage =
  | { readonly type: 'started'; readonly index: number; readonly port: number; readonly pid: number }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** Of the error behind it, where there is one: `EADDRINUSE`. */
      readonly code?: string | undefined;
    };

/** What the supervisor hears from the primary besides: it has been asked to stop, and nobody is to start it again. */
export interface StoppingMessage {
  readonly type: 'stopping';
}

/** Tells the process that started this one, if it still listens. */
export function report(message: DaemonMessage | StoppingMessage): void {
  // It may end meanwhile; there is nobody to tell then.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
