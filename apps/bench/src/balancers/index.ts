// All balancers, in the order in which they are measured and stand in tables.
import type { Balancer } from './balancer.ts';
import { direct } from './direct.ts';
import { haproxy, haproxyStick } from './haproxy.ts';
import { legacy } from './legacy.ts';
import { nginx } from './nginx.ts';
import { ours } from './ours.ts';
import { pipe } from './pipe.ts';

/** The one that the others are compared with. */
export const REFERENCE = haproxy.name;

export const balancers: readonly Balancer[] = [
  ours.epoll,
  haproxy,
  ours.middleware,
  ours.limits,
  haproxyStick,
  ours.streams,
  nginx,
  pipe,
  legacy,
  direct,
];
