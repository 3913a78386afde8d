import { BalancerError } from '@lb/core';
import { expect, it } from 'vitest';
import { loadLibc } from '../../../engine/system/libc.ts';
import { openDescriptors } from '../../../testing/descriptors.ts';
import { FakeLog } from '../../../testing/fake-log.ts';
import { SharedRegions } from './shared-regions.ts';

const libc = loadLibc();

it.runIf(!(libc instanceof Error)).each(['memfd_create', 'ftruncate'])(
  'warns and keeps no descriptor when %s fails',
  (failing) => {
    if (libc instanceof Error) throw libc;
    const log = new FakeLog();
    const before = openDescriptors();
    const refused = (result: number, call: string): number => {
      if (call !== failing) return libc.check(result, call);
      if (call === 'memfd_create') libc.close(result);
      throw new BalancerError(`${call} failed: EFBIG`, { code: 'EFBIG' });
    };
    expect(SharedRegions.open(log, { ...libc, check: refused })).toBeUndefined();
    expect(log.lines).toEqual([expect.stringContaining(`${failing} failed: EFBIG`)]);
    expect(openDescriptors()).toBe(before);
  },
);
