// How many more threads the system lets this process and those it starts have: within `pids.max` of its control groups, and within
// `ulimit -u`, which counts all threads of a user. It reads files of /proc, without a thread of Node's pool. Linux only.
import { readdirSync } from 'node:fs';
import { groupFolders, type ReadText } from './control-groups.ts';
import { readText } from './read-text.ts';

/** A user's limit that is at least this high is not looked into: to count a user's threads, all processes are read. */
const HIGH = 4_096;

/** Undefined where there is no limit, and where none can be read. */
export function threadRoom(read: ReadText = readText, uid = process.getuid?.(), pids = allPids): number | undefined {
  const rooms = [...roomsOfGroups(read), ...roomOfUser(read, uid, pids)];
  return rooms.length === 0 ? undefined : Math.max(0, Math.min(...rooms));
}

function roomsOfGroups(read: ReadText): number[] {
  return groupFolders('pids', read).flatMap(({ folder }) => {
    const limit = numberIn(read(`${folder}/pids.max`));
    const current = numberIn(read(`${folder}/pids.current`));
    return limit === undefined || current === undefined ? [] : [limit - current];
  });
}

/** Root has no such limit. */
function roomOfUser(read: ReadText, uid: number | undefined, pids: () => readonly string[]): number[] {
  const limit = numberIn(/^Max processes +(\d+) /m.exec(read('/proc/self/limits') ?? '')?.[1]);
  if (limit === undefined || limit >= HIGH || uid === undefined || uid === 0) return [];
  let threads = 0;
  for (const pid of pids()) {
    const status = read(`/proc/${pid}/status`) ?? '';
    if (/^Uid:\t(\d+)/m.exec(status)?.[1] === String(uid))
      threads += numberIn(/^Threads:\t(\d+)/m.exec(status)?.[1]) ?? 0;
  }
  return [limit - threads];
}

function allPids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function numberIn(text = ''): number | undefined {
  return /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
