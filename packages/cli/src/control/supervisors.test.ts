// Which supervisors are found, and which files are removed.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestControl } from '../testing/control.ts';
import { temporaryFolder } from '../testing/folder.ts';
import { startOf } from './process-start.ts';
import { addSupervisor, claimSupervisor, endSupervisor, findSupervisors, removeSupervisor } from './supervisors.ts';

const ABOUT = { configPath: '/etc/lb/config.json', logPath: '/var/log/lb.log', state: 'restarting' } as const;

it('finds those that run, until they take it back', () => {
  const folder = temporaryFolder();
  expect(findSupervisors(join(folder, 'none'))).toEqual([]);
  for (const index of [10, 2]) addSupervisor(folder, { index, ...ABOUT });
  expect(findSupervisors(folder)).toEqual([
    { index: 2, pid: process.pid, ...ABOUT },
    { index: 10, pid: process.pid, ...ABOUT },
  ]);
  removeSupervisor(folder, 2);
  expect(readdirSync(folder)).toEqual(['10.supervisor']);
});

it('takes the smallest index that neither a supervisor nor a balancer has', async () => {
  const folder = temporaryFolder();
  addSupervisor(folder, { index: 0, ...ABOUT });
  await openTestControl(folder, {}, process.pid);
  expect(readdirSync(folder).sort()).toEqual(['0.sock', '0.supervisor']);
  removeSupervisor(folder, 0);
  expect(await claimSupervisor(folder, { ...ABOUT, state: 'starting' })).toBe(1);
  expect(findSupervisors(folder)).toEqual([{ index: 1, pid: process.pid, ...ABOUT, state: 'starting' }]);
  expect(await claimSupervisor(folder, ABOUT)).toBe(2);
  expect(readdirSync(folder).sort()).toEqual(['0.sock', '1.supervisor', '2.supervisor']);
});

it('leaves another one its index', () => {
  const folder = temporaryFolder();
  addSupervisor(folder, { index: 0, ...ABOUT });
  change(folder, { pid: process.ppid, start: startOf(process.ppid) });
  expect(() => addSupervisor(folder, { index: 0, ...ABOUT })).toThrow('the index 0 is that of another balancer');
  removeSupervisor(folder, 0);
  expect(findSupervisors(folder).map(({ pid }) => pid)).toEqual([process.ppid]);
});

it.each([
  ['has a pid that is free', { pid: 2 ** 22 + 1 }],
  ['has a pid that another process has now', { start: '1' }],
  ['was there before the system was started', { boot: 'another boot' }],
])('removes the file of one that %s, and ends nobody', (_, changes) => {
  const folder = temporaryFolder();
  addSupervisor(folder, { index: 0, ...ABOUT });
  change(folder, changes);
  expect(endSupervisor(folder, { index: 0, pid: process.pid, ...ABOUT })).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

it.runIf(process.platform === 'linux')(
  'leaves the file of one in another container, and does not take it for its own',
  () => {
    const folder = temporaryFolder();
    addSupervisor(folder, { index: 0, ...ABOUT });
    change(folder, { pidNamespace: 'pid:[1]' });
    expect(findSupervisors(folder)).toEqual([]);
    expect(endSupervisor(folder, { index: 0, pid: process.pid, ...ABOUT })).toBe(false);
    removeSupervisor(folder, 0);
    expect(readdirSync(folder)).toEqual(['0.supervisor']);
  },
);

it('leaves what no supervisor has written', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '0.supervisor'));
  const texts = ['', 'no JSON', 'null', '[]', '{"version":1}', `{"version":1,"pid":"${process.pid}"}`];
  for (const [index, text] of texts.entries()) writeFileSync(join(folder, `${index + 1}.supervisor`), text);
  expect(findSupervisors(folder)).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(texts.length + 1);
});

function change(folder: string, changes: object): void {
  const path = join(folder, '0.supervisor');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...changes }));
}
