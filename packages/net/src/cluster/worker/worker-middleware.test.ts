import type { Admit, ConnectionControl, ConnectionInfo } from '@lb/core/internal';
import { expect, it } from 'vitest';
import { CLUSTER_BYTES, Pulse } from '../protocol/pulse.ts';
import { awaitMiddleware } from './worker-middleware.ts';

const CONNECTION = { clientAddress: '192.0.2.1' } as ConnectionInfo;
const CONTROL = {} as ConnectionControl;

it('is waited for by connections that come before it is loaded', async () => {
  const balancer: { admit: Admit | undefined } = { admit: undefined };
  const answers: unknown[] = [];
  const load = awaitMiddleware(balancer, async () => (_, done) => done('no'), undefined);
  balancer.admit?.(CONNECTION, (blocked) => answers.push(blocked), CONTROL);
  expect(answers).toEqual([]);
  await load();
  expect(answers).toEqual(['no']);
  balancer.admit?.(CONNECTION, (blocked) => answers.push(blocked), CONTROL);
  expect(answers).toEqual(['no', 'no']);
});

it('holds nobody up where there is none', async () => {
  const balancer: { admit: Admit | undefined } = { admit: undefined };
  await awaitMiddleware(balancer, undefined, undefined)();
  expect(balancer.admit).toBeUndefined();
});

it('shows which client it is asked about, until it has answered or waits for something', async () => {
  const pulse = new Pulse(new ArrayBuffer(CLUSTER_BYTES), 0);
  const seen: unknown[] = [];
  const admit: Admit = (_, done, control) => {
    seen.push(pulse.askedAbout, control === CONTROL);
    done('no');
  };
  const balancer: { admit: Admit | undefined } = { admit: undefined };
  await awaitMiddleware(balancer, async () => admit, pulse)();
  balancer.admit?.(CONNECTION, (blocked) => seen.push(blocked), CONTROL);
  expect([...seen, pulse.askedAbout]).toEqual(['192.0.2.1', true, 'no', undefined]);
});
