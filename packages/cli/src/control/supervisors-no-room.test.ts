// What is left of a supervisor's file where there is no room for it.
import { readdirSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { temporaryFolder } from '../testing/folder.ts';
import { addSupervisor, claimSupervisor } from './supervisors.ts';

vi.mock('node:fs', async (actual) => {
  const fs = await actual<typeof import('node:fs')>();
  return {
    ...fs,
    // As on a full file system: the file is made, and none of its bytes can be written.
    writeFileSync: (path: string, _: string, options: object) => {
      fs.writeFileSync(path, '', options);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    },
  };
});

const ABOUT = { configPath: '/etc/lb/config.json', logPath: '/var/log/lb.log', state: 'starting' } as const;

it('leaves no empty file on a full file system', async () => {
  const folder = temporaryFolder();
  await expect(claimSupervisor(folder, ABOUT)).rejects.toThrow('ENOSPC');
  expect(() => addSupervisor(folder, { index: 0, ...ABOUT })).toThrow('ENOSPC');
  expect(readdirSync(folder)).toEqual([]);
});
