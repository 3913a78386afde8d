import { expect, it, vi } from 'vitest';

vi.mock('zod', () => {
  throw new Error('the schema of options was loaded');
});

it('has a worker start without the schema of options, which takes as long to load as all the rest', async () => {
  expect(await import('./worker.ts')).toHaveProperty('runWorker');
});
