// A supervisor that is root without CAP_KILL, as in a hardened service or container, whose primary has become another user: the
// system lets it send no signal there.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { host } from './support/host.ts';
import { lastingPort } from './support/ports.ts';
import { describeAsRoot } from './support/root.ts';
import { echoTarget, listed } from './support/targets.ts';
import { until } from './support/wait.ts';

describeAsRoot((installed) => {
  it('reloads and stops by the signals that its supervisor gets', async () => {
    const { bin, node: realNode, place } = installed();
    const folder = place();
    const node = join(folder, 'node-without-cap-kill');
    const here = await host({ bin, node, folder });
    await here.write(
      'node-without-cap-kill',
      `#!/bin/sh\nexec setpriv --bounding-set=-kill --inh-caps=-kill '${realNode}' "$@"\n`,
    );
    chmodSync(node, 0o755);
    const config = {
      sourcePort: await lastingPort(),
      targets: listed([await echoTarget('a')]),
      downgradeToUser: 'nobody',
    };
    const { supervisorPid = 0 } = await here.start(config);

    await here.write('config.json', { ...config, sessionExpiry: 5_000 });
    process.kill(supervisorPid, 'SIGHUP');
    const logged = (text: string) => until(text, async () => (await here.log()).some(({ msg }) => msg.includes(text)));
    await logged('sessionExpiry');
    process.kill(supervisorPid, 'SIGTERM');
    await here.quiet();
    expect((await here.log()).at(-1)?.msg).toBe('stopped');
  });
});
