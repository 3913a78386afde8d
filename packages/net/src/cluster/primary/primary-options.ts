// What a primary is made of: a config, and what its workers run.
import type { BalancerError } from '@lb/core';
import type { Log } from '../../base/log.ts';
import type { ResolvedOptions } from '../../options/index.ts';
import type { ListenerHandover } from './listeners/listener-handover.ts';
import type { StateOptions } from './state/kept-state.ts';
import type { WatchTimes } from './supervision/watchdog.ts';

export interface PrimaryOptions {
  readonly options: ResolvedOptions;
  /** The module that a worker runs; it calls `runWorker`. */
  readonly workerModule: string;
  /** Files that the user of `downgradeToUser` must be able to read. */
  readonly files?: readonly string[];
  /** Gives the file of `balancerControllerPath`, and throws if there is none. @default the path itself */
  readonly findController?: (path: string) => string;
  readonly log: Log;
  /** Whether it takes the place of a primary that has served clients: what that one passed over is no reason not to start. */
  readonly isRestarted?: boolean | undefined;
  /** Where the listeners of a predecessor come from, and those of this one go. @default they begin and end with the primary */
  readonly handover?: ListenerHandover | undefined;
  /** Where this primary finds what an earlier one has kept, and keeps it for the next one. @default nothing is kept */
  readonly state?: StateOptions | undefined;
  /** Called when a controller asks for a stop. @default `stop` */
  readonly onStop?: () => void;
  /** Called when no worker is left, and none can begin since the package was upgraded on disk: this process is to end. @default `stop` */
  readonly onUpgraded?: (why: BalancerError) => void;
  /** When workers are taken to hang. @default as `WatchTimes` says */
  readonly times?: Partial<WatchTimes>;
}
