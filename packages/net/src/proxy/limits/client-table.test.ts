import { describe, expect, it } from 'vitest';
import { CLIENT_TABLE_WORDS, ClientTable } from './client-table.ts';

function table(): ClientTable {
  return new ClientTable(new Uint32Array(CLIENT_TABLE_WORDS));
}

/** Clients that share a bucket have the same remainder. */
function neighbour(n: number) {
  return { high: n + 1, low: 4_096 * n + 7 };
}

describe('the table of clients', () => {
  it('counts the connections that a client has open', () => {
    const clients = table();
    const [one, other] = [neighbour(0), neighbour(1)];
    expect(clients.live(one)).toBe(0);
    const first = clients.begin(one, 1) as number;
    clients.begin(one, 1);
    clients.begin(other, 1);
    expect([clients.live(one), clients.live(other)]).toEqual([2, 1]);
    clients.end(first);
    expect([clients.live(one), clients.live(other)]).toEqual([1, 1]);
  });

  it('counts those begun in the window that ends now', () => {
    const clients = table();
    const client = neighbour(0);
    for (let n = 0; n < 8; n += 1) clients.begin(client, 10.5);
    expect(clients.begunLately(client, 10.9)).toBe(8);
    expect(clients.begunLately(client, 11)).toBe(8);
    expect(clients.begunLately(client, 11.25)).toBe(6);
    clients.begin(client, 11.25);
    expect(clients.begunLately(client, 11.5)).toBe(1 + 4);
    expect(clients.begunLately(client, 12.5)).toBe(0.5);
    expect(clients.begunLately(client, 13)).toBe(0);
  });

  it('counts windows that are short, and so many since 1970', () => {
    const clients = table();
    const now = Date.UTC(2030, 0) / 50;
    expect(now).toBeGreaterThan(2 ** 32);
    for (let n = 0; n < 4; n += 1) clients.begin(neighbour(0), now);
    expect(clients.begunLately(neighbour(0), now)).toBe(4);
    expect(clients.begunLately(neighbour(0), now + 1)).toBe(4);
    expect(clients.begunLately(neighbour(0), now + 2)).toBe(0);
  });

  it('makes room by forgetting who has no connection and has been quiet longest', () => {
    const clients = table();
    const live = neighbour(0);
    clients.begin(live, 1);
    for (let n = 1; n < 8; n += 1) clients.end(clients.begin(neighbour(n), n + 1) as number);
    clients.end(clients.begin(neighbour(8), 10) as number);
    expect(clients.live(live)).toBe(1);
    expect(clients.begunLately(neighbour(1), 2)).toBe(0);
    expect(clients.begunLately(neighbour(2), 3)).toBe(1);
  });

  it('counts no more when all places are taken by clients that are connected', () => {
    const clients = table();
    for (let n = 0; n < 8; n += 1) expect(clients.begin(neighbour(n), 1)).toBeDefined();
    expect(clients.begin(neighbour(8), 1)).toBeUndefined();
    expect(clients.live(neighbour(8))).toBe(0);
    expect(clients.live(neighbour(0))).toBe(1);
  });

  it('outlives a million clients, and knows the one who comes again and again', () => {
    const clients = table();
    const regular = { high: 5, low: 5 };
    for (let n = 0; n < 1_000_000; n += 1) {
      const now = 1 + n / 100_000;
      clients.end(clients.begin({ high: n, low: Math.imul(n, 2_654_435_761) >>> 0 }, now) as number);
      if (n % 1_000 === 0) clients.end(clients.begin(regular, now) as number);
    }
    expect(clients.begunLately(regular, 11)).toBeGreaterThan(90);
  });
});
