// What the sibling packages share with net and nobody else should rely on. It is small: the supervisor loads it, and no more.
export { childFlags } from './child-flags.ts';
export { listenToChild } from './cluster/checked-messages.ts';
export { ListenerKeeper } from './cluster/listener-keeper.ts';
export { endProcess } from './end-process.ts';
export { keepDescriptors } from './keep-descriptors.ts';
export { loadLibc, MSG_NOSIGNAL } from './libc.ts';
export { NameResolver } from './name-resolver.ts';
export { firstOf } from './options/words.ts';
export { readPlainFile } from './plain-file.ts';
