import { expect, it } from 'vitest';
import { namedServer } from '../testing/real-servers.ts';
import { TestListener } from '../testing/test-listener.ts';
import { answers } from './answers.ts';

it('tells an address that accepts from one that refuses and one that is silent', async () => {
  const { port } = await namedServer('a');
  const ports = [port, TestListener.refusingPort(), (await TestListener.full()).port];
  const found = await Promise.all(ports.map((each) => answers({ host: '127.0.0.1', port: each }, undefined)));
  expect(found).toEqual([true, false, false]);
});
