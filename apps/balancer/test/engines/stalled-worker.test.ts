// A worker whose event loop is blocked for seconds, as by slow synchronous middleware: no healthy target is suspended.
import { expect, it } from 'vitest';
import { startBalancer } from '../support/balancer.ts';
import { clientAddress } from '../support/clients.ts';
import { CAN_SEPARATE, ownNetwork, whoServesIn } from '../support/own-network.ts';
import { echoTargetAt, listed } from '../support/targets.ts';

const CONNECT_TIMEOUT = 2_500;

/** Lets the client in, whose target is dialed then, and is busy for longer than that may take. */
const CONTROLLER = `
export function run(balancer) {
  balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, async (socket, next) => {
    await null;
    next();
    const end = performance.now() + ${CONNECT_TIMEOUT + 500};
    while (performance.now() < end);
  });
}
`;

it.runIf(CAN_SEPARATE)(
  'gives a target its time, though the worker is busy for longer (as root, in a network of its own)',
  async () => {
    const network = await ownNetwork([], '127.0.0.1 localhost\n');
    const target = await echoTargetAt('a', { network });
    // The first SYN is lost, and the kernel sends the next one a second later.
    network.run(
      `iptables -A INPUT -p tcp --syn --dport ${target.port} -m statistic --mode nth --every 2 --packet 0 -j DROP`,
    );
    const balancer = await startBalancer(
      {
        targets: listed([target]),
        balancerCount: 1,
        balancerControllerPath: 'controller.mjs',
        connectTimeout: CONNECT_TIMEOUT,
      },
      { 'controller.mjs': CONTROLLER },
      { network },
    );
    expect(await whoServesIn(network, balancer.port, [clientAddress(1)])).toEqual(['a']);
    expect((await balancer.status()).counters).toMatchObject({ accepted: 1, passedOver: 0, unserved: 0 });
    expect(balancer.log.filter(({ msg }) => msg.includes('suspended'))).toEqual([]);
  },
);
