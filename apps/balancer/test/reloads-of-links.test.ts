// A reload takes up what a link leads to by now: that of a release folder, or of the volume of a Kubernetes ConfigMap.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startBalancer, temporaryFolder } from './support/balancer.ts';
import { reload } from './support/changed-config.ts';
import { echoTarget, listed } from './support/targets.ts';
import { outcome } from './support/turned-away.ts';

const BLOCKED = 'end';

it.each([
  { what: 'and keeps the old file', keepsOld: true },
  { what: 'and removes the old file', keepsOld: false },
])('replaces the workers when a link leads to another controller $what', async ({ keepsOld }) => {
  const folder = await temporaryFolder();
  const publish = (release: string, blocked: string): void => {
    mkdirSync(join(folder, release));
    writeFileSync(join(folder, release, 'controller.js'), controller(blocked));
    symlinkSync(release, join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, 'current'));
  };
  publish('1', '127.0.0.2');
  const target = await echoTarget('a');
  const config = { targets: listed([target]), balancerCount: 1, balancerControllerPath: 'current/controller' };
  const balancer = await startBalancer(config, {}, { folder });
  const outcomes = () => Promise.all(['127.0.0.2', '127.0.0.3'].map((client) => outcome(balancer.port, client)));
  expect(await outcomes()).toEqual([BLOCKED, 'a']);

  publish('2', '127.0.0.3');
  if (!keepsOld) rmSync(join(folder, '1'), { recursive: true });
  expect(await reload(balancer, {})).toMatchObject({ workersReplaced: 1 });
  expect(await outcomes()).toEqual(['a', BLOCKED]);
});

function controller(blocked: string): string {
  return `exports.run = (balancer) => {
    balancer.addMiddleware(balancer.MIDDLEWARE_CONNECTION, ({ clientAddress }, next) =>
      next(clientAddress === '${blocked}' ? 'blocked' : undefined));
  };`;
}
