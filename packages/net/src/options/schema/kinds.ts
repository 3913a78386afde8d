// The kinds of value that options are made of, and their bounds.

import { isIPv4 } from 'node:net';
import { AddressList, parseIpv6, plainAddress } from '@lb/core/internal';
import * as z from 'zod';

/** 100 days, in ms. */
const LONGEST_DURATION = 8_640_000_000;
const LARGEST_ID = 2 ** 32 - 2;
export const MOST_CONNECTIONS = 10_000_000;

/** Whether an address says all that the kernel needs: the same link-local address (fe80::/10) is another machine on another link. */
export function hasItsZone(host: string): boolean {
  if (host.includes('%')) return true;
  const [first = 0] = parseIpv6(host) ?? [];
  return (first & 0xffc0) !== 0xfe80;
}

/** The IPv4 address that an IPv4-mapped IPv6 address means: nothing can listen on that one. Any other text as it is. */
export function unmapped(host: string): string {
  const plain = plainAddress(host);
  return isIPv4(plain) ? plain : host;
}

/** Text of so many characters. */
export const text = (least: number, most: number) =>
  z.string().check(within(z.minLength(least), isText), within(z.maxLength(most), isText));

/** A list of so many items. */
export const list = <Item extends z.ZodType>(item: Item, least: number, most: number) =>
  z.array(item).check(within(z.minLength(least), Array.isArray), within(z.maxLength(most), Array.isArray));

/** zod compares the `length` of whatever has one, also of an object, where comparing it may throw. */
function within<Check extends z.core.$ZodCheck>(check: Check, isOfType: (value: unknown) => boolean): Check {
  check._zod.def.when = ({ value }) => isOfType(value);
  return check;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

export const duration = (least: 0 | 1, standard: number) =>
  z.int().min(least).max(LONGEST_DURATION).default(standard).meta({ unit: 'ms' });

export const optionalDuration = (least: 0 | 1) =>
  z.int().min(least).max(LONGEST_DURATION).optional().meta({ unit: 'ms' });

export const count = (most: number, unit: string) => z.int().min(1).max(most).meta({ unit });

export const account = (kind: 'user' | 'group', id: 'uid' | 'gid', least: 0 | 1) =>
  z
    .union([
      z.string().regex(/^(?!\d+$)[^:/\p{Cc}]{1,256}$/u),
      z
        .string()
        .regex(/^\d+$/)
        .refine((digits) => Number(digits) >= least && Number(digits) <= LARGEST_ID),
      z.int().min(least).max(LARGEST_ID),
    ])
    .optional()
    .meta({ expected: `a ${kind}'s name, or a ${id} from ${least} to ${LARGEST_ID}` });

export const ignored = (reason: string) =>
  z
    .unknown()
    .optional()
    .meta({ description: `Accepted and ignored: ${reason}.`, expected: 'anything', ignored: reason, deprecated: true });

const MOST_RANGES = 100_000;

/** Addresses and ranges. */
export const addresses = (least: 0 | 1 = 0) =>
  list(
    z
      .string()
      .refine((entry) => AddressList.faultOf(entry) === undefined)
      .meta({ expected: 'an IP address, or a range such as "10.0.0.0/8" or "2001:db8::/32"' }),
    least,
    MOST_RANGES,
  ).meta({ expected: 'a list of at most 100000 addresses and ranges, such as ["10.0.0.0/8", "2001:db8::7"]' });
