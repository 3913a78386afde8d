// Targets that are scripts of test/targets, built with the demo, each a process of its own, so that they can be killed.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ended, spawned } from './cleanup.ts';
import { lastingPort } from './ports.ts';
import type { TestTarget } from './targets.ts';

export interface ScriptTarget<Report> extends TestTarget {
  /** What the script answers when it is asked what it has seen. */
  report(): Promise<Report>;
}

/**
 * A target that is up. The script gets its name and its port as arguments, says over its channel when it listens, answers
 * each message with a report, and ends with its parent.
 */
export async function scriptTarget<Report>(script: string, name: string): Promise<ScriptTarget<Report>> {
  const file = fileURLToPath(new URL(`../../dist/test/targets/${script}.js`, import.meta.url));
  const port = await lastingPort();
  let child: ChildProcess | undefined;
  const target: ScriptTarget<Report> = {
    name,
    host: '127.0.0.1',
    port,
    async start() {
      child = spawned(process.execPath, [file, name, String(port)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      await answer(child, `target ${name} could not start`);
    },
    async kill() {
      if (child) await ended(child, 'SIGKILL');
    },
    async report() {
      if (!child) throw new Error(`target ${name} is not up`);
      child.send('report');
      return (await answer(child, `target ${name} is gone`)) as Report;
    },
  };
  await target.start();
  return target;
}

async function answer(child: ChildProcess, failure: string): Promise<unknown> {
  const done = new AbortController();
  const { signal } = done;
  const exit = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`${failure}: it ended with ${code}`);
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), exit]);
    return message;
  } finally {
    exit.catch(() => {});
    done.abort();
  }
}
