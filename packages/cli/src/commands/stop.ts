// `loadbalancer stop`: ends balancers, and waits until all of their processes are gone.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { chosenBalancers, type RunningBalancer } from '../control/client.ts';
import { indexArgument } from './options.ts';

/** ms beyond `shutdownTimeout` after which something is wrong. */
const GRACE = 15_000;
const POLL = 50;

export function stopCommand(): Command {
  return new Command('stop')
    .summary('stop a balancer, or all')
    .description(
      'Stops a balancer, or all of them. Open connections may end for as long as shutdownTimeout; returns when every process is gone.',
    )
    .addArgument(indexArgument('which balancer (default: all)'))
    .addHelpText('after', '\nExample:\n  $ loadbalancer stop 0')
    .action(stop);
}

async function stop(index: number | undefined): Promise<void> {
  const chosen = await chosenBalancers(index);
  if (chosen.length === 0) console.log('No balancer is running.');
  await Promise.all(chosen.map(stopOne));
}

async function stopOne({ client, status }: RunningBalancer): Promise<void> {
  const { pids } = await client.stop();
  if (status.connections > 0) {
    console.log(
      `Balancer ${client.index} waits up to ${status.shutdownTimeoutMs / 1000} s for ${status.connections} open connections`,
    );
  }
  const deadline = Date.now() + status.shutdownTimeoutMs + GRACE;
  let left = pids;
  while (left.length > 0) {
    left = left.filter(isAlive);
    if (left.length > 0 && Date.now() > deadline) {
      throw new CommandError(
        `Balancer ${client.index} has not ended: processes ${left.join(', ')} are still there. "kill -9 ${left.join(' ')}" ends them.`,
      );
    }
    if (left.length > 0) await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  console.log(`Stopped balancer ${client.index}`);
}

/** A process that has ended but whose parent hasn't asked for its exit code yet is gone too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return process.platform !== 'linux';
  }
}
