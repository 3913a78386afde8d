export { ConfigError } from './config/config-error.ts';
export { type ConfigFile, readConfigFile } from './config/config-file.ts';
export { ControlClient } from './control/client.ts';
export { controlFolder } from './control/folder.ts';
export type {
  ErrorDocument,
  ModeDocument,
  ReloadDocument,
  SessionDocument,
  SettableMode,
  StatusDocument,
  StopDocument,
  TargetsDocument,
} from './control/protocol.ts';
export { type RunningBalancer, runningBalancers } from './control/running.ts';
export { createProgram, main } from './program.ts';
