// What of balancers and figures can be measured here, and what has to be installed for the rest.
import type { Balancer } from './balancers/balancer.ts';
import type { Figure } from './figures/figure.ts';
import { toolVersion } from './tools/find-tool.ts';

const TOOLS = {
  wrk: { args: ['-v'], pattern: /wrk (\S+)/, install: 'apt-get install wrk' },
  h2load: { args: ['--version'], pattern: /nghttp2\/(\S+)/, install: 'apt-get install nghttp2-client' },
} as const;

export interface Available {
  readonly balancers: readonly (Balancer & { readonly version: string })[];
  readonly figures: readonly Figure[];
  /** The clients' versions. */
  readonly clients: string;
  readonly notices: readonly string[];
}

/** @throws without what nothing can be measured with */
export async function findAvailable(balancers: readonly Balancer[], figures: readonly Figure[]): Promise<Available> {
  if (process.platform !== 'linux')
    throw new Error('the benchmark needs Linux, as it reads CPU time and memory from /proc');
  const targets = await toolVersion('nginx', ['-v'], /nginx\/(\S+)/);
  if (targets === undefined) throw new Error('nginx is needed for the targets. On Debian: apt-get install nginx');

  const notices: string[] = [];
  const there: (Balancer & { version: string })[] = [];
  for (const balancer of balancers) {
    const found = await balancer.find();
    if ('version' in found) there.push({ ...balancer, version: found.version });
    else notices.push(`skipped, as it is not there: ${balancer.title} (${found.missing})`);
  }
  const clients = [`nginx ${targets} as target`];
  const tools = new Set(figures.flatMap((figure) => figure.tools));
  const missing = new Set<string>();
  for (const tool of tools) {
    const { args, pattern, install } = TOOLS[tool];
    const version = await toolVersion(tool, args, pattern);
    if (version !== undefined) {
      clients.push(`${tool} ${version}`);
      continue;
    }
    missing.add(tool);
    const titles = figures.filter((figure) => figure.tools.includes(tool)).map(({ title }) => title);
    notices.push(`skipped without ${tool} (${install}): ${titles.join('; ')}`);
  }
  const possible = figures.filter((figure) => !figure.tools.some((tool) => missing.has(tool)));
  if (there.length === 0 || possible.length === 0) throw new Error(`nothing can be measured: ${notices.join('; ')}`);
  return { balancers: there, figures: possible, clients: clients.join(', '), notices };
}
