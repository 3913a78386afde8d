// What a controller of LoadBalancer.js 0.9.26 does in a timer, rightly or not, ends no worker: its connections stay.
import { expect, it } from 'vitest';
import { startBalancer, type TestBalancer } from './support/balancer.ts';
import { clientAddress, clientSocket, targetName } from './support/clients.ts';
import { echoTarget, listed, type TestTarget } from './support/targets.ts';
import { until } from './support/wait.ts';

interface Running {
  readonly target: TestTarget;
  readonly balancer: TestBalancer;
  /** The lines of the log that have this text. */
  said(text: string): readonly string[];
}

/** @param action JavaScript that is run again and again, with `balancer` and the `target` */
async function withTimer(action: string): Promise<Running> {
  const target = await echoTarget('a');
  const controller = `
    const target = ${JSON.stringify(listed([target])[0])};
    module.exports.run = (balancer) => {
      let times = 0;
      setInterval(() => { if (++times === 10) console.error('enough'); ${action} }, 20);
    };
  `;
  const config = { targets: listed([target]), balancerCount: 1, balancerControllerPath: 'balancer.cjs' };
  const balancer = await startBalancer(config, { 'balancer.cjs': controller });
  const said = (text: string) => balancer.log.map(({ msg }) => msg).filter((msg) => msg.includes(text));
  return { target, balancer, said };
}

/** A connection stays while the timer goes on, and the worker is the same afterwards. */
async function nothingEnds({ balancer }: Running): Promise<void> {
  const [before] = (await balancer.status()).workers;
  const socket = clientSocket(balancer.port, clientAddress(0));
  expect(await targetName(socket)).toBe('a');
  let isClosed = false;
  socket.once('close', () => {
    isClosed = true;
  });
  await until('the timer to have run often', () => balancer.errors().includes('enough'));
  expect(isClosed).toBe(false);
  const [after] = (await balancer.status()).workers;
  expect(after).toMatchObject({ pid: before?.pid, connections: 1 });
  socket.destroy();
}

it('setTargets ignores fields of its own, and the controller finds them again', async () => {
  const running = await withTimer(`
    balancer.setTargets([{ ...target, id: 'app-1' }]);
    if (balancer.targets[0].id !== 'app-1' || balancer.activeTargets[0].id !== 'app-1') process.exit(1);
  `);
  await nothingEnds(running);
  expect(running.said('"id" is not an option of a target')).toHaveLength(1);
});

it.each(['[]', 'null', 'undefined', '[null]', '[{ ...target, port: 70000 }]'])(
  'setTargets(%s) changes nothing, and is logged once',
  async (list) => {
    const running = await withTimer(`balancer.setTargets(${list});`);
    await nothingEnds(running);
    const { host, port } = running.target;
    expect(running.said('setTargets has changed nothing')).toEqual([
      expect.stringContaining(`The targets stay as they are: ${host}:${port}.`),
    ]);
  },
);

it('the event error gets a list that is refused', async () => {
  const running = await withTimer(`
    balancer.once('error', (error) => console.error('told: ' + error.code));
    balancer.setTargets([]);
  `);
  await nothingEnds(running);
  expect(running.balancer.errors()).toContain('told: TARGETS_REFUSED');
});

it.each([
  'balancer.deactivateTarget()',
  'balancer.deactivateTarget(target)',
  'if (balancer.isTargetActive() || balancer.isTargetActive(target)) process.exit(1)',
  'balancer.setTargets([target]); balancer.targets.push(target)',
  "balancer.emit('error', new Error('of the controller'))",
])('%s ends nothing', async (action) => {
  await nothingEnds(await withTimer(`${action};`));
});
