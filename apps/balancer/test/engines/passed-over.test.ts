// Targets that cannot be reached, in every way there is, are passed over, and the client doesn't notice.
import { expect, it } from 'vitest';
import { type LogLine, startBalancer, type TestBalancer } from '../support/balancer.ts';
import { clientAddress, clientSocket, whoServes } from '../support/clients.ts';
import { addressesIn, CAN_SEPARATE, ownNetwork, whoServesIn } from '../support/own-network.ts';
import { lastingPort } from '../support/ports.ts';
import { silentTarget } from '../support/silent-target.ts';
import { echoTarget, echoTargetAt, listed } from '../support/targets.ts';
import { eventually, until } from '../support/wait.ts';

/** Nearly every client tries a target of this weight only when the others have failed. */
const LAST = 0.001;
/** More than it takes for each target to be tried. */
const CLIENTS = Array.from({ length: 50 }, (_, n) => clientAddress(n));

it('passes over targets that refuse, that are silent, that lead nowhere and whose name is unknown', async () => {
  const good = await echoTarget('good');
  const refusing = { host: '127.0.0.1', port: await lastingPort() };
  const silent = await silentTarget();
  // Nobody has a route for TCP to everybody. A part of a name is 63 characters at most, so no name server is asked.
  const astray = { host: '255.255.255.255', port: 9 };
  const nameless = { host: `${'n'.repeat(64)}.invalid`, port: 9 };
  const balancer = await startBalancer({
    targets: [{ ...listed([good])[0], weight: LAST }, refusing, silent, astray, nameless],
    balancerCount: 1,
    connectTimeout: 1000,
  });
  for (const client of CLIENTS) expect(await whoServes(balancer.port, client)).toBe('good');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 50, blocked: 0, unserved: 0, passedOver: 4 });
  await suspended(balancer, {
    [`127.0.0.1:${refusing.port}`]: ['ECONNREFUSED'],
    [`127.0.0.1:${silent.port}`]: ['ETIMEDOUT'],
    '255.255.255.255:9': ['ENETUNREACH'],
    [`${nameless.host}:9`]: ['ENOTFOUND'],
  });
  const resolver = balancer.log.filter(({ msg }) => msg.startsWith(`target name ${nameless.host} cannot be resolved`));
  expect(resolver).toHaveLength(1);
});

it('leaves time for a target after three silent ones, and blames only those that had connectTimeout', async () => {
  const [good, ...silent] = await Promise.all([echoTarget('good'), silentTarget(), silentTarget(), silentTarget()]);
  const balancer = await startBalancer({
    targets: [{ ...listed([good])[0], weight: LAST }, ...silent],
    balancerCount: 1,
    connectTimeout: 1000,
    connectBudget: 3000,
  });
  expect(await whoServes(balancer.port, clientAddress(0))).toBe('good');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 1, unserved: 0, passedOver: 3 });
  const short = balancer.log.filter(({ msg }) => msg.includes('did not answer in the time that was left'));
  expect(short).not.toEqual([]);
  // The first one had connectTimeout, the third one never has. The second one may, and a line that follows another is left out.
  await eventually(() => expect(Object.values(suspensions(balancer.log)).length).toBeGreaterThan(0));
  expect((await balancer.status()).targets.filter(({ state }) => state === 'available').length).toBeGreaterThan(1);
});

it('resets a client when every target refuses, says why, and serves the next one when a target is back', async () => {
  const targets = [await echoTarget('a'), await echoTarget('b')];
  const balancer = await startBalancer({ targets: listed(targets), balancerCount: 1 });
  for (const target of targets) await target.kill();
  const client = clientAddress(0);
  await expect(whoServes(balancer.port, client)).rejects.toMatchObject({ code: 'ECONNRESET' });
  const line = await until('a line in the log', () => balancer.log.find(({ level }) => level === 'error'));
  expect(line).toMatchObject({ client, code: 'ECONNREFUSED' });
  expect(line.msg).toMatch(
    /^reset the connection of 127\.0\.1\.1: no target took it, .* ECONNREFUSED .* 127\.0\.0\.1:\d+$/,
  );
  await suspended(balancer, Object.fromEntries(targets.map(({ host, port }) => [`${host}:${port}`, ['ECONNREFUSED']])));
  expect((await balancer.status()).targets.map(({ state }) => state)).toEqual(['suspended', 'suspended']);

  await targets[0]?.start();
  expect(await whoServes(balancer.port, client)).toBe('a');
  expect((await balancer.status()).counters).toMatchObject({ accepted: 2, unserved: 1 });
});

it('loses nothing that a client sends while targets are passed over', async () => {
  const good = await echoTarget('good');
  const silent = await silentTarget();
  const balancer = await startBalancer({
    targets: [{ ...listed([good])[0], weight: LAST }, silent],
    balancerCount: 1,
    connectTimeout: 1000,
  });
  const sent = 'x'.repeat(100_000);
  const answers = CLIENTS.slice(0, 5).map(async (client) => {
    const socket = clientSocket(balancer.port, client);
    socket.end(sent);
    return (await socket.setEncoding('latin1').toArray()).join('');
  });
  for (const answer of answers) expect(await answer).toBe(`good\n${sent}`);
  await suspended(balancer, { [`${silent.host}:${silent.port}`]: ['ETIMEDOUT'] });
});

it.runIf(CAN_SEPARATE)('passes over targets without a route (as root, in a network of its own)', async () => {
  const network = await ownNetwork(['unreachable 10.9.9.0/24'], '127.0.0.1 localhost\n');
  const good = await echoTargetAt('good', { network });
  const astray = ['10.9.9.1', '192.0.2.1'].map((host) => ({ host, port: 9 }));
  const balancer = await startBalancer(
    { targets: [{ ...listed([good])[0], weight: LAST }, ...astray], balancerCount: 1 },
    {},
    { network },
  );
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(CLIENTS.map(() => 'good'));
  expect((await balancer.status()).counters).toMatchObject({ accepted: CLIENTS.length, unserved: 0, passedOver: 2 });
  await suspended(balancer, { '10.9.9.1:9': ['EHOSTUNREACH'], '192.0.2.1:9': ['ENETUNREACH'] });
});

it.runIf(CAN_SEPARATE)('tries every address of a name (as root, in a network of its own)', async () => {
  const network = await ownNetwork([], '::1 localhost\n127.0.0.1 localhost\n');
  const addresses = await addressesIn(network, 'localhost');
  expect(addresses.toSorted()).toEqual(['127.0.0.1', '::1']);
  const good = await echoTargetAt('good', { host: addresses[1] as string, network });
  const balancer = await startBalancer(
    { targets: [{ host: 'localhost', port: good.port }], balancerCount: 1 },
    {},
    { network },
  );
  expect(await whoServesIn(network, balancer.port, CLIENTS)).toEqual(CLIENTS.map(() => 'good'));
  expect((await balancer.status()).counters).toMatchObject({ accepted: CLIENTS.length, unserved: 0, passedOver: 0 });
  await suspended(balancer, {});
});

/** Waits for the primary's word that these targets were suspended, each as often as it has reasons, and no others. */
async function suspended({ log }: TestBalancer, reasons: Record<string, string[]>): Promise<void> {
  await eventually(() => expect(suspensions(log)).toEqual(reasons));
}

/** Why each target was suspended, every time that it was. */
function suspensions(log: readonly LogLine[]): Record<string, unknown[]> {
  const reasons: Record<string, unknown[]> = {};
  for (const { msg, target, reason } of log) {
    if (msg.includes(' is suspended ')) reasons[target as string] = [...(reasons[target as string] ?? []), reason];
  }
  return reasons;
}
