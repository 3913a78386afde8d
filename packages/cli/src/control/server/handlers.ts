// What a balancer does when it is asked over the control socket, whoever does it.
import type {
  ModeDocument,
  ReloadDocument,
  SessionDocument,
  SettableMode,
  StatusDocument,
  StopDocument,
  TargetsDocument,
} from '../protocol.ts';

export interface ControlHandlers {
  status(): Promise<StatusDocument>;
  targets(): Promise<TargetsDocument>;
  session(clientAddress: string): Promise<SessionDocument>;
  reload(): Promise<ReloadDocument>;
  /** @param target as whoever asked wrote it @param isForced whether it may be the last one that takes clients */
  setMode(target: string, mode: SettableMode, isForced: boolean): Promise<ModeDocument>;
  /** Begins to stop, and tells which processes will end. */
  stop(): Promise<StopDocument>;
}
