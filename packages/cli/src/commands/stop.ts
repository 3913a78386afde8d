// `loadbalancer stop`: ends balancers, and waits until all of their processes are gone.
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { ControlClient, isGone } from '../control/client.ts';
import { removeDeadSocket } from '../control/dead-socket.ts';
import { controlFolder } from '../control/folder.ts';
import { pidsOf } from '../control/protocol.ts';
import { chosenBalancers, type RunningBalancer } from '../control/running.ts';
import { endSupervisor, findSupervisors, type Supervisor } from '../control/supervisors.ts';
import { durationText } from '../output/duration.ts';
import { indexArgument } from './options.ts';
import { sayFailure } from './say-failure.ts';

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
  const { running, restarting } = await chosenBalancers(index, sayFailure);
  if (running.length + restarting.length === 0 && !process.exitCode) console.log('No balancer is running.');
  const stopping = [...running.map(stopOne), ...restarting.map(stopRestarting)];
  await Promise.all(stopping.map((stopped) => stopped.catch(sayFailure)));
}

async function stopOne({ client, status }: RunningBalancer): Promise<void> {
  const pids = await pidsOnceAsked({ client, status });
  if (status.connections > 0) {
    const open = status.connections === 1 ? '1 open connection' : `${status.connections} open connections`;
    console.log(`Balancer ${client.index} waits up to ${waitText(status.shutdownTimeoutMs / 1_000)} for ${open}`);
  }
  await haveEnded(client, pids, status.shutdownTimeoutMs);
}

function waitText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : durationText(seconds);
}

/** One without a primary that answers: its supervisor ends whatever there is of it. */
async function stopRestarting(supervisor: Supervisor): Promise<void> {
  const client = new ControlClient(supervisor.index);
  endSupervisor(controlFolder(), supervisor);
  // A primary that has come up meanwhile lets its connections end first.
  const shutdownTimeoutMs = await client.status().then(
    (status) => status.shutdownTimeoutMs,
    () => 0,
  );
  await haveEnded(client, [supervisor.pid], shutdownTimeoutMs);
}

async function haveEnded(client: ControlClient, pids: readonly number[], shutdownTimeoutMs: number): Promise<void> {
  const deadline = Date.now() + shutdownTimeoutMs + GRACE;
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
  // A primary that has changed its user can't remove its socket from this user's folder.
  await removeDeadSocket(client.path);
  console.log(`Stopped balancer ${client.index}`);
}

/** Asks a balancer to stop. It may be about to end anyway: then these are the processes it had. */
async function pidsOnceAsked({ client, status }: RunningBalancer): Promise<readonly number[]> {
  try {
    return (await client.stop()).pids;
  } catch (error) {
    if (!isGone(error)) throw error;
    // Its supervisor may not know that it is to end.
    for (const one of findSupervisors(controlFolder())) {
      if (one.pid === status.supervisorPid) endSupervisor(controlFolder(), one);
    }
    return pidsOf(status);
  }
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
