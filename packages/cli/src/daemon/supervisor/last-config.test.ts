import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fingerprintOf } from '../../config/config-text.ts';
import { temporaryFolder } from '../../testing/folder.ts';
import { LastConfig } from './last-config.ts';

it('keeps what was put into use last, and nothing that has not been or is not what the primary has read', async () => {
  const path = join(temporaryFolder(), 'config.json');
  const config = new LastConfig(path);
  const read = (text: string, before = text): Promise<void> => {
    writeFileSync(path, text);
    return config.read(fingerprintOf(Buffer.from(before)));
  };
  await read('one');
  expect(config.text).toBeUndefined();
  await config.use();
  expect(config.text).toBe('one');
  await read('three', 'two');
  await config.use();
  expect(config.text).toBe('one');
  await read('four');
  expect(config.text).toBe('one');
  await config.use();
  expect(config.text).toBe('four');
  // The file may change while what was read is put into use, which takes time.
  await read('five');
  await read('six', 'five');
  await config.use();
  expect(config.text).toBe('five');
});
