import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { cpuTime, descendants, memory, parseMemory, parseStat, processTree } from './process-tree.ts';

const stat = (pid: number, name: string, parent: number) =>
  `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 123 456 789`;

it('reads a line of /proc/PID/stat', () => {
  expect(parseStat(stat(7, 'nginx', 3))).toEqual({ pid: 7, parent: 3, ticks: 110 });
});

it('reads it whatever the name is', () => {
  expect(parseStat(stat(7, 'a) S 99 (b', 3))).toEqual({ pid: 7, parent: 3, ticks: 110 });
  expect(() => parseStat('nonsense')).toThrow('not a line');
});

it('finds descendants of any depth, and nobody else', () => {
  const stats = [
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 1],
    [5, 3],
  ].map(([pid = 0, parent = 0]) => ({ pid, parent, ticks: 0 }));
  expect(descendants(stats, 2)).toEqual([2, 3, 5]);
  expect(descendants(stats, 4)).toEqual([4]);
});

it('reads smaps_rollup', () => {
  const text = 'a-b [rollup]\nRss: 20 kB\nPss: 10 kB\nPss_Dirty: 3 kB\nPrivate_Clean: 4 kB\nPrivate_Dirty: 5 kB\n';
  expect(parseMemory(text)).toEqual({ rss: 20_480, pss: 10_240, private: 9216 });
  expect(() => parseMemory('Rss: 20 kB\n')).toThrow('no Pss');
});

it('sees what a child process uses, also after its end', async () => {
  const before = cpuTime(process.pid);
  const busy = 'while (process.cpuUsage().user < 300e3); process.send(0); setTimeout(() => {}, 60e3)';
  const child = spawn(process.execPath, ['-e', busy], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  await once(child, 'message');
  expect(processTree(process.pid)).toContain(child.pid);
  expect(memory(child.pid ?? 0).pss).toBeGreaterThan(1e6);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(cpuTime(process.pid) - before).toBeGreaterThan(200_000);
});
