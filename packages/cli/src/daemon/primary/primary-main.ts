// What primary.cts loads: a primary that reports how its start went. Arguments: the supervisor's version of their protocol, the
// config's path, the log's path, the descriptor of the channel over which listeners are handed on, empty where there is none, the
// supervisor's pid, and `fresh` where the state of an earlier primary is forgotten, `restarted` where a primary has served
// before, or `file` where the next one could not start with the config that was in use.
import { openHandover } from '@lb/net';
import { endProcess } from '@lb/net/internal';
import { readCompleteConfig } from '../../config/complete-config.ts';
import type { ConfigFile } from '../../config/config-file.ts';
import { createLogger } from '../../logging/logger.ts';
import { joinLogOf } from '../../logging/reopen-standard-streams.ts';
import { refuseOtherVersion, report } from '../daemon-messages.ts';
import { needsControlSocket } from '../needs-control-socket.ts';
import { configInUse, warnOfChange } from './config-in-use.ts';
import { becomePrimary, type PrimaryProcess } from './primary-process.ts';
import { startHeartbeat } from './supervisor-heartbeat.ts';
import { obeySupervisor } from './supervisor-signals.ts';

const [version, configPath = '', logPath = '', handoverFd = '', supervisor, manner] = process.argv.slice(2);
const supervisorPid = Number(supervisor);

// Once it has started, it outlives its supervisor. Before that, nobody could find and stop it.
process.once('disconnect', endAlone);
try {
  refuseOtherVersion(version);
  // A process that loses its parent is given an older one, which has another pid. The channel was closed before.
  if (process.ppid !== supervisorPid) endAlone();
  startHeartbeat();
  obeySupervisor();
  const config = await (manner === 'restarted' ? configInUse : readCompleteConfig)(configPath);
  needsControlSocket(config);
  const onSettings = ({ options, fingerprint }: ConfigFile) => {
    const { shutdownTimeout: shutdownTimeoutMs, workerTimeout: workerTimeoutMs } = options;
    report({ type: 'settings', shutdownTimeoutMs, workerTimeoutMs, fingerprint });
  };
  onSettings(config);
  // If it stays root, nothing has to be kept from the log, and the log goes on without the supervisor.
  if (process.getuid?.() === 0 && config.options.downgradeToUser === undefined) joinLogOf(supervisorPid);
  // Before anything else is started: what this process starts must not have it.
  const handover = handoverFd === '' ? undefined : openHandover(Number(handoverFd), createLogger({ role: 'primary' }));
  const onStopping = () => report({ type: 'stopping' });
  const started = await becomePrimary({
    config,
    logPath,
    supervisorPid,
    isFresh: manner === 'fresh',
    isRestarted: manner === 'restarted' || manner === 'file',
    handover,
    onStopping,
    onRead: ({ fingerprint }) => report({ type: 'read', fingerprint }),
    onSettings,
    onControl: (index) => reportStarted({ ...started, index }),
  });
  process.off('disconnect', endAlone);
  // Who watches the file sees it.
  if (manner === 'restarted' && !config.options.watchConfig)
    void warnOfChange(config, createLogger({ role: 'primary' }));
  reportStarted(started, await started.unresolved);
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  report({ type: 'failed', message, code });
  process.exitCode = 1;
}
// The channel stays open, for the news of a stop. The primary outlives its supervisor all the same.
if (process.exitCode) {
  if (process.connected) process.disconnect();
  endProcess();
}

function endAlone(): void {
  const why = `this primary ends, since its supervisor, pid ${supervisorPid}, ended before the start was complete`;
  createLogger({ role: 'primary' }).error({ supervisorPid }, why);
  endProcess(1);
}

function reportStarted({ index, port, modes }: PrimaryProcess, unresolved: readonly string[] = []): void {
  report({ type: 'started', index, port, pid: process.pid, modes, unresolved });
}
