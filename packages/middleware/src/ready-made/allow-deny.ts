// Ready-made middleware: lists of client addresses. They read `socket.clientAddress` and nothing else.
import type { ConnectionInfo } from '@lb/core/internal';
import type { Next } from '../chain/connection-middleware.ts';
import { checkedAddresses } from './checked-addresses.ts';

/** Middleware that asks for nothing but the client's address. */
type AddressMiddleware = (client: Pick<ConnectionInfo, 'clientAddress'>, next: Next) => void;

/**
 * Admits the listed clients and blocks all others; an empty list blocks everybody.
 * @param cidrs IPv4 and IPv6, addresses (`192.0.2.7`) and ranges (`2001:db8::/32`; bits beyond the prefix are ignored).
 * An IPv4-mapped entry (`::ffff:192.0.2.7`) means the IPv4 address, and no IPv6 range holds an IPv4 client. Looking an
 * address up takes time in proportion to the entries of its family.
 * @throws {MiddlewareError} ADDRESS_LIST_INVALID, naming the entry and its place
 */
export function allow(cidrs: readonly string[]): AddressMiddleware {
  const list = checkedAddresses('allow', cidrs);
  return function allowListed({ clientAddress }, next) {
    next(list.has(clientAddress) ? undefined : `${clientAddress} is not on the list of allowed addresses`);
  };
}

/**
 * Blocks the listed clients and admits all others; an empty list admits everybody. A client whose address can't be read
 * is blocked.
 * @param cidrs as for {@link allow}
 * @throws {MiddlewareError} ADDRESS_LIST_INVALID, naming the entry and its place
 */
export function deny(cidrs: readonly string[]): AddressMiddleware {
  const list = checkedAddresses('deny', cidrs);
  return function denyListed({ clientAddress }, next) {
    const listed = list.has(clientAddress);
    if (listed === undefined) next(`${clientAddress} is not an IP address`);
    else next(listed ? `${clientAddress} is on the list of denied addresses` : undefined);
  };
}
