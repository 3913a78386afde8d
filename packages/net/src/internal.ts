// What the sibling packages share with net and nobody else should rely on. It is small: the supervisor loads it, and no more.

export { LogThrottle } from './base/log.ts';
export { setLongTimeout } from './base/long-timers.ts';
export { longestSilence } from './base/longest-silence.ts';
export { lookRegularly } from './base/look-regularly.ts';
export { threadRoom } from './base/thread-room.ts';
export { refuseOwnAddress } from './cluster/primary/setup/refuse-own-address.ts';
export { listenToChild } from './cluster/protocol/checked-messages.ts';
export { ListenerKeeper } from './cluster/supervisor/listener-keeper.ts';
export { DiscoveredTargets } from './discovery/discovered-targets.ts';
export { loadLibc, MSG_NOSIGNAL } from './engine/system/libc.ts';
export { readPlainFile } from './engine/system/plain-file.ts';
export { childFlags } from './engine/system/process/child-flags.ts';
export { endProcess, neverWaitAtExit } from './engine/system/process/end-process.ts';
export { keepDescriptors } from './engine/system/process/keep-descriptors.ts';
export { tryListening } from './engine/try-listening.ts';
export { firstOf } from './options/problems/words.ts';
export { usableCpus } from './options/schema/usable-cpus.ts';
