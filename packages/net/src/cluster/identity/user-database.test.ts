import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { later } from '../../testing/cleanup.ts';
import { resolveIdentity } from './identity.ts';
import { UserDatabase } from './user-database.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** Has this process, as root, find these programs and no others. @param programs shell scripts by name */
async function onlyPrograms(programs: Record<string, string>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'user-database-'));
  later(() => rm(folder, { recursive: true }));
  for (const [name, script] of Object.entries(programs)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  vi.spyOn(process, 'getuid').mockReturnValue(0);
  vi.stubEnv('PATH', folder);
}

it.each([
  ['a user', () => resolveIdentity('nobody', undefined), 'The program "id", which looks up users'],
  ['a group', () => resolveIdentity(1234, 'nogroup'), 'The program "getent", which looks up users'],
])('is not taken not to know %s where a program is missing', async (_, resolve, message) => {
  await onlyPrograms({});
  expect(resolve).toThrow(
    expect.objectContaining({ code: 'IDENTITY_UNKNOWN', message: expect.stringContaining(message) }),
  );
});

it('takes numbers for what they are where the programs are missing', async () => {
  await onlyPrograms({});
  const account = { name: undefined, home: '/', shell: undefined };
  expect(resolveIdentity(65_534, 1234)).toEqual({ uid: 65_534, gid: 1234, name: undefined, account });
});

it('may take its time for all answers together, and for no single one', async () => {
  // Each answer alone would come in time.
  await onlyPrograms({ id: '/bin/sleep 0.3; echo 7', getent: '/bin/sleep 0.3; echo a:x:7:7::/:/bin/sh' });
  const resolve = () => resolveIdentity('a', undefined, new UserDatabase(1_000));
  const message = expect.stringMatching(/^Looking up users and groups has taken 1 s: "\w+ .+" has not answered\. /);
  expect(resolve).toThrow(expect.objectContaining({ code: 'IDENTITY_UNKNOWN', message }));
});
