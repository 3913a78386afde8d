// What `start` hears from the supervisor, and the supervisor from the primary: that it runs, or why it doesn't.

export type DaemonMessage =
  | { readonly type: 'started'; readonly index: number; readonly port: number; readonly pid: number }
  | {
      readonly type: 'failed';
      readonly message: string;
      /** Of the error behind it, where there is one: `EADDRINUSE`. */
      readonly code?: string | undefined;
    };

/** Tells the process that started this one, if it still listens. */
export function report(message: DaemonMessage): void {
  if (process.connected) process.send?.(message);
}
