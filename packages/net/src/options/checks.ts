// What must hold between options, each of which is right by itself.

import { targetId } from '@lb/core/internal';
import { isOwnAddress } from './own-address.ts';
import type { OptionProblem } from './problems/options-error.ts';
import { problem } from './problems/problems.ts';
import { pathInWords, shown } from './problems/words.ts';
import type { ListenerOptions, PoolOptions, ProcessOptions, ResolvedOptions } from './types.ts';

/** What is wrong between options. Those that are wrong by themselves are left out, and not judged again. */
export function problemsBetween(options: Partial<ResolvedOptions>, localAddresses: readonly string[]): OptionProblem[] {
  return [...groupWithoutUser(options), ...transparentWithoutRights(options), ...ownTargets(options, localAddresses)];
}

/** What works, but hardly as meant. */
export function noticesBetween(options: ResolvedOptions): string[] {
  return [
    ...budgetTooShort(options),
    ...headerTimeoutTooLong(options),
    ...noTlvsToPass(options),
    ...staysRoot(options),
  ];
}

function* budgetTooShort({ connectTimeout, connectBudget }: PoolOptions): Generator<string> {
  if (connectTimeout <= connectBudget) return;
  yield `connectTimeout is ${connectTimeout} ms, but connectBudget ends all attempts after ${connectBudget} ms; ` +
    'the shorter one counts.';
}

function* headerTimeoutTooLong({ acceptProxyProtocol: accept, admitTimeout }: ListenerOptions): Generator<string> {
  if (!accept || accept.required || accept.headerTimeout < admitTimeout) return;
  yield `acceptProxyProtocol.headerTimeout is ${accept.headerTimeout} ms, but admitTimeout closes a silent connection after ` +
    `${admitTimeout} ms, before it can be taken for that of a direct client; make admitTimeout longer.`;
}

function* noTlvsToPass({ acceptProxyProtocol, proxyProtocolTlvs }: ListenerOptions & PoolOptions): Generator<string> {
  if (proxyProtocolTlvs === 'off' || acceptProxyProtocol) return;
  yield 'proxyProtocolTlvs is "pass", but without acceptProxyProtocol no header is read, so there is nothing to pass on.';
}

function* staysRoot({ downgradeToUser }: ProcessOptions): Generator<string> {
  if (downgradeToUser !== 'root') return;
  yield 'downgradeToUser is "root", so the balancer keeps the rights of root; name a user without them.';
}

function* groupWithoutUser(options: Partial<ProcessOptions>): Generator<OptionProblem> {
  if (options.downgradeToGroup === undefined) return;
  // A user that is wrong by itself isn't there at all.
  if (!('downgradeToUser' in options) || options.downgradeToUser !== undefined) return;
  const path = ['downgradeToGroup'];
  yield problem(path, `downgradeToGroup is ${shown(options.downgradeToGroup)}; expected downgradeToUser beside it.`);
}

function* transparentWithoutRights(options: Partial<PoolOptions & ProcessOptions>): Generator<OptionProblem> {
  if (options.transparent !== true || options.downgradeToUser === undefined) return;
  const message =
    'transparent is true beside downgradeToUser, which gives away the right that it needs; expected one of the two.';
  yield problem(['transparent'], message);
}

function* ownTargets(
  options: Partial<ListenerOptions & PoolOptions>,
  localAddresses: readonly string[],
): Generator<OptionProblem> {
  const { targets = [], sourceHost, sourcePort } = options;
  if (sourceHost === undefined || sourcePort === undefined) return;
  for (const [index, target] of targets.entries()) {
    if ('path' in target || !isOwnAddress(target.host, target.port, sourceHost, sourcePort, localAddresses)) continue;
    const path = ['targets', index];
    const given = `${pathInWords(path)} is ${targetId(target)}`;
    yield problem(path, `${given}, where the balancer itself listens; expected another host or port.`);
  }
}
