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
  const use = (text: string): Promise<void> => config.use(fingerprintOf(Buffer.from(text)));
  await read('one');
  expect(config.text).toBeUndefined();
  await use('one');
  expect(config.text).toBe('one');
  await read('three', 'two');
  await use('two');
  expect(config.text).toBe('one');
  await read('four');
  expect(config.text).toBe('one');
  await use('four');
  expect(config.text).toBe('four');
  // The file may change while what was read is put into use, which takes time.
  await read('five');
  await read('six', 'five');
  await use('five');
  expect(config.text).toBe('five');
  // What a reload has refused is not in use.
  await read('seven');
  await use('five');
  expect(config.text).toBe('five');
});
