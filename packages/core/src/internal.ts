// What the sibling packages share with core and nobody else should rely on.
export { ipv4Text, ipv6Text, parseIpv6, plainAddress } from './address/address.ts';
export { AddressList } from './address/address-list.ts';
export { MOST_SNAPSHOT_SESSIONS } from './agreement/primary/agreement-snapshot.ts';
export { arePastLists, fromPrimaryFault, fromWorkerFault } from './agreement/protocol/agreement-message-checks.ts';
export {
  type Check,
  faultFinder,
  hasFields,
  isCount,
  isDuration,
  isFlag,
  isListOf,
  isObject,
  isOneOf,
  isOptional,
  isText,
  isTupleOf,
} from './agreement/protocol/message-faults.ts';
export { choosePolicy } from './policies/choose-policy.ts';
export type { Admit, AdmitDone, ConnectionControl, ConnectionInfo } from './routing/admit.ts';
export { askedTargetId } from './targets/asked-target-id.ts';
export type { ControllerSettings, TargetControl } from './targets/target-control.ts';
export { MOST_TARGETS, targetId } from './targets/target-options.ts';
