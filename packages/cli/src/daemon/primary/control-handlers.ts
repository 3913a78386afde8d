// What the control socket's questions come to in a primary.
import type { Log, Primary } from '@lb/net';
import { pidNamespace } from '../../control/pid-namespace.ts';
import { pidsOf, type StatusDocument } from '../../control/protocol.ts';
import type { ControlHandlers } from '../../control/server/handlers.ts';
import { parseTargetName } from '../../control/server/target-name.ts';
import { VERSION } from '../../version.ts';
import type { Reloading } from './reloading.ts';

export interface ControlledBalancer {
  readonly primary: Pick<Primary, 'status' | 'setMode' | 'findSession'>;
  readonly reloading: Pick<Reloading, 'reload' | 'config'>;
  /** Reports that this balancer stops, so that no other primary is started if this one dies meanwhile. */
  readonly onStopping?: (() => void) | undefined;
  readonly stop: () => void;
  readonly log: Log;
  readonly logPath?: string | undefined;
  readonly supervisorPid?: number | undefined;
}

export function controlHandlers(balancer: ControlledBalancer, index: number): ControlHandlers {
  const { primary, reloading, log, logPath, supervisorPid } = balancer;
  const head = { version: 1, index } as const;
  const status = async (): Promise<StatusDocument> => ({
    ...head,
    release: VERSION,
    configPath: reloading.config.path,
    logPath,
    supervisorPid,
    pidNamespace: pidNamespace(),
    shutdownTimeoutMs: reloading.config.options.shutdownTimeout,
    ...(await primary.status()),
  });
  return {
    status,
    async targets() {
      const { epoch, targets } = await primary.status();
      return { ...head, epoch, targets };
    },
    async session(clientAddress) {
      return { ...head, ...(await primary.findSession(clientAddress)) };
    },
    async reload() {
      const { config, changed, workersReplaced } = await reloading.reload('the control socket');
      return { ...head, configPath: config.path, changed, workersReplaced, notices: config.notices };
    },
    async setMode(target, mode, isForced) {
      return { ...head, ...(await primary.setMode(parseTargetName(target), mode, isForced)) };
    },
    async stop() {
      const pids = pidsOf(await status());
      // Before anyone who reads the log or the answer can kill this process.
      balancer.onStopping?.();
      log.info({}, 'asked to stop over the control socket');
      // The answer goes out first.
      setImmediate(balancer.stop);
      return { version: 1, pids };
    },
  };
}
