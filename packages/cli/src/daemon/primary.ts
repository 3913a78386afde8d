// What the supervisor runs: a primary that reports how its start went. Arguments: the config's path, the log's path.
import { readConfigFile } from '../config-file.ts';
import { becomePrimary } from '../primary-process.ts';
import { report } from './messages.ts';

const [configPath = '', logPath = ''] = process.argv.slice(2);
const supervisorPid = process.ppid;

try {
  const config = await readConfigFile(configPath);
  const { index, port } = await becomePrimary({ config, logPath, supervisorPid });
  report({ type: 'started', index, port, pid: process.pid });
} catch (error) {
  const { message, code } = error as NodeJS.ErrnoException;
  report({ type: 'failed', message, code });
  process.exitCode = 1;
}
// Nothing else is said. The primary outlives its supervisor.
if (process.connected) process.disconnect();
if (process.exitCode) process.exit();
