// Why an address could not be listened on, in words that say what to do.
import { BalancerError, errorCode } from '@lb/core';

/** What a machine without IPv6 answers to `::`. */
export const NO_IPV6: ReadonlySet<string> = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

export function listenError(error: unknown, host: string, port: number): BalancerError {
  const code = errorCode(error);
  const where = `port ${port} of ${host}`;
  const messages = new Map([
    [
      'EADDRINUSE',
      `${where} is taken by another program. Choose another sourcePort, or end that program; "ss -ltnp sport = :${port}" shows which one it is.`,
    ],
    [
      'EACCES',
      `${where} may not be opened by this user. Ports below 1024 ask for root (give downgradeToUser, so that the balancer does not stay root) or for the capability CAP_NET_BIND_SERVICE.`,
    ],
    [
      'EADDRNOTAVAIL',
      `${host} is not an address of this machine. Set sourceHost to one that is, or leave it out to listen on all.`,
    ],
  ]);
  return new BalancerError(messages.get(code) ?? `${where} cannot be listened on: ${code}`, {
    code,
    source: code === 'EADDRNOTAVAIL' ? 'config' : 'internal',
    cause: error,
  });
}
