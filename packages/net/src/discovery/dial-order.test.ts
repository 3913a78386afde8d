import { expect, it } from 'vitest';
import { dialOrder } from './dial-order.ts';

const at = (...hosts: string[]) => hosts.map((host) => ({ host, port: 80 }));

it('begins with the first address, and then takes the families in turn, each in its order', () => {
  const listed = at('192.0.2.1', '192.0.2.2', '192.0.2.3', '::1', '::2');
  expect(dialOrder(listed)).toEqual(at('192.0.2.1', '::1', '192.0.2.2', '::2', '192.0.2.3'));
  expect(dialOrder(at('::1', '192.0.2.1', '::2', '::3'))).toEqual(at('::1', '192.0.2.1', '::2', '::3'));
  expect(dialOrder([])).toEqual([]);
});

it('begins with the agreed address, which comes once', () => {
  const [, agreed] = at('192.0.2.1', '192.0.2.2');
  expect(dialOrder(at('192.0.2.1', '192.0.2.2', '::1'), agreed)).toEqual(at('192.0.2.2', '::1', '192.0.2.1'));
});

it('begins with the agreed address also when it is no longer listed: an epoch ends it for all', () => {
  const [agreed] = at('192.0.2.9');
  expect(dialOrder(at('192.0.2.1'), agreed)).toEqual(at('192.0.2.9', '192.0.2.1'));
  expect(dialOrder([], agreed)).toEqual(at('192.0.2.9'));
});
