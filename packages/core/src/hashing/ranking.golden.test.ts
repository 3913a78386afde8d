// The whole order of preference of some clients, frozen: a change here moves every client in the world. See the README.
import { expect, it } from 'vitest';
import { everyone } from '../testing/targets.ts';
import { DEFAULT_HASH_KEY, hashKeyFromSeed, hashText } from './hash.ts';
import { firstChoice, ranking } from './ranking.ts';

const TARGETS: [name: string, id: string, weight: number][] = [
  ['A', '127.0.0.1:8000', 1],
  ['B', '127.0.0.1:8001', 2],
  ['C', '127.0.0.1:8002', 0.5],
  ['D', '[::1]:8000', 1],
  ['E', 'unix:/run/app.sock', 2],
  ['F', 'app.example:443', 0.5],
];

const WITHOUT_SEED: [client: string, order: string][] = [
  ['192.0.2.1', 'ABFEDC'],
  ['192.0.2.2', 'ABDCFE'],
  ['192.0.2.3', 'EDCBAF'],
  ['198.51.100.7', 'AEFBDC'],
  ['203.0.113.255', 'BDAECF'],
  ['10.0.0.1', 'BAEFDC'],
  ['10.0.0.2', 'CEABDF'],
  ['172.16.31.4/24', 'BEAFCD'],
  ['2001:db8::/64', 'DBAECF'],
  ['2001:db8:0:1::/64', 'BEAFDC'],
  ['fe80::/64', 'ABECFD'],
  ['::1', 'CEBADF'],
  ['/run/client.sock', 'BDAEFC'],
  ['Zürich', 'ABDCEF'],
];

const WITH_SEED_GOLDEN: [client: string, order: string][] = [
  ['192.0.2.1', 'FDECBA'],
  ['192.0.2.2', 'EBCADF'],
  ['192.0.2.3', 'BEDAFC'],
  ['198.51.100.7', 'EBCDAF'],
  ['203.0.113.255', 'DBECFA'],
  ['10.0.0.1', 'BEAFDC'],
  ['10.0.0.2', 'EBFACD'],
  ['172.16.31.4/24', 'ADEBCF'],
  ['2001:db8::/64', 'DAEFBC'],
  ['2001:db8:0:1::/64', 'BEAFDC'],
  ['fe80::/64', 'EBDACF'],
  ['::1', 'DFEBCA'],
  ['/run/client.sock', 'EBFADC'],
  ['Zürich', 'EBDFAC'],
];

it.each([
  { seed: 'no seed', key: DEFAULT_HASH_KEY, orders: WITHOUT_SEED },
  { seed: 'the seed "golden"', key: hashKeyFromSeed('golden'), orders: WITH_SEED_GOLDEN },
])('ranks as it always has, with $seed', ({ key, orders }) => {
  const targets = TARGETS.map(([name, id, weight]) => ({ name, id, weight, hash: hashText(key, id) }));
  const ranked = orders.map(([client]): [string, string] => {
    const order = [...ranking(hashText(key, client), targets)];
    return [client, order.map((target) => target.name).join('')];
  });
  expect(ranked).toEqual(orders);
  const first = orders.map(([client]) => firstChoice(hashText(key, client), targets, everyone)?.name);
  expect(first).toEqual(orders.map(([, order]) => order[0]));
});
