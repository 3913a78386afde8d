// `loadbalancer stop`: ends balancers, and waits until all of their processes are gone.
import { Command } from 'commander';
import { CommandError } from '../command-error.ts';
import { ControlClient, isGone } from '../control/client.ts';
import { removeDeadSocket } from '../control/dead-socket.ts';
import { controlFolder } from '../control/folder.ts';
import { killOrphans, orphansOf } from '../control/orphans.ts';
import { pidNamespace } from '../control/pid-namespace.ts';
import { pidsOf } from '../control/protocol.ts';
import { chosenBalancers, type RunningBalancer } from '../control/running.ts';
import { endSupervisor, findSupervisors, type Supervisor } from '../control/supervisors.ts';
import { durationText } from '../output/duration.ts';
import { indexArgument } from './shared/options.ts';
import { sayFailure } from './shared/say-failure.ts';
import { waitForEnd, waitForSilence } from './shared/wait-for-end.ts';

/** ms beyond `shutdownTimeout` after which something is wrong. */
const GRACE = 15_000;
/** ms beyond `shutdownTimeout` after which workers of an earlier primary hang: theirs began before, when that primary died. */
const KILL_GRACE = 1_000;

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
  const { running, restarting, silent } = await chosenBalancers(index, () => {});
  if (running.length + restarting.length + silent.size === 0) console.log('No balancer is running.');
  const supervisors = findSupervisors(controlFolder()).filter((one) => silent.has(one.index));
  for (const [silentIndex, error] of silent) {
    const supervisor = supervisors.find((one) => one.index === silentIndex);
    if (supervisor === undefined) sayFailure(error);
    else console.log(`Balancer ${silentIndex} does not answer; its supervisor (pid ${supervisor.pid}) ends it`);
  }
  const stopping = [...running.map(stopOne), ...[...restarting, ...supervisors].map(stopRestarting)];
  await Promise.all(stopping.map((stopped) => stopped.catch(sayFailure)));
}

async function stopOne({ client, status }: RunningBalancer): Promise<void> {
  const { connections, shutdownTimeoutMs, supervisorPid } = status;
  const pids = await pidsOnceAsked({ client, status });
  const isHere = status.pidNamespace === pidNamespace();
  const orphans = supervisorPid === undefined || !isHere ? [] : orphansOf(supervisorPid);
  const upTo = `waits up to ${waitText(shutdownTimeoutMs / 1_000)}`;
  if (connections > 0) {
    const open = connections === 1 ? '1 open connection' : `${connections} open connections`;
    console.log(`Balancer ${client.index} ${upTo} for ${open}`);
  }
  if (orphans.length > 0) console.log(`Balancer ${client.index} ${upTo} for ${orphansText(orphans)}`);
  if (!isHere) return goneElsewhere(client, shutdownTimeoutMs + GRACE);
  await Promise.all([
    haveEnded(client, pids, shutdownTimeoutMs + GRACE),
    waitForEnd(orphans, shutdownTimeoutMs + KILL_GRACE).then(async (left) => {
      if (left.length === 0 || supervisorPid === undefined) return;
      killOrphans(supervisorPid);
      await haveEnded(client, left, GRACE);
    }),
  ]);
  await sayStopped(client);
}

/** One in another container, or of a release that doesn't say so: its pids may be those of other processes here. */
async function goneElsewhere(client: ControlClient, timeout: number): Promise<void> {
  if (await waitForSilence(client.path, timeout)) return sayStopped(client);
  throw new CommandError(
    `Balancer ${client.index} has not ended: it still listens on ${client.path}. Its processes are in another container; its log there says more.`,
  );
}

function waitText(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : durationText(seconds);
}

function orphansText(pids: readonly number[]): string {
  return pids.length === 1
    ? `1 worker of an earlier primary, which still serves connections (pid ${pids[0]})`
    : `${pids.length} workers of an earlier primary, which still serve connections (pids ${pids.join(', ')})`;
}

/** One without a primary that answers: its supervisor ends whatever there is of it. */
async function stopRestarting(supervisor: Supervisor): Promise<void> {
  const client = new ControlClient(supervisor.index);
  // A second signal would end without waiting what a first one has asked to end.
  if (supervisor.state !== 'stopping') endSupervisor(controlFolder(), supervisor);
  const orphans = orphansOf(supervisor.pid);
  if (orphans.length > 0) console.log(`Balancer ${client.index} waits for ${orphansText(orphans)}`);
  // Absent before the first primary has read its config, and of an earlier release.
  const { shutdownTimeoutMs = 0, primaryPid } = supervisor;
  const primary = primaryPid === undefined ? [] : [primaryPid];
  await haveEnded(client, [supervisor.pid, ...primary, ...orphans], shutdownTimeoutMs + GRACE, primaryPid);
  await sayStopped(client);
}

/** @param hanging a primary that does not answer @throws {CommandError} that names those that are left after `timeout` ms */
async function haveEnded(
  client: ControlClient,
  pids: readonly number[],
  timeout: number,
  hanging?: number,
): Promise<void> {
  const left = await waitForEnd(pids, timeout);
  if (left.length === 0) return;
  const why =
    hanging !== undefined && left.includes(hanging) ? `its primary (pid ${hanging}) does not respond, and ` : '';
  const what = left.length === 1 ? `process ${left[0]} is` : `processes ${left.join(', ')} are`;
  throw new CommandError(
    `Balancer ${client.index} has not ended: ${why}${what} still there. "kill -9 ${left.join(' ')}" ends ${left.length === 1 ? 'it' : 'them'}.`,
  );
}

async function sayStopped(client: ControlClient): Promise<void> {
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
