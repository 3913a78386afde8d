export { ConfigError, type ConfigFile, readConfigFile } from './config-file.ts';
export { ControlClient, type RunningBalancer, runningBalancers } from './control/client.ts';
export { controlFolder } from './control/folder.ts';
export type { StatusDocument, StopDocument } from './control/protocol.ts';
export { createProgram, main } from './program.ts';
