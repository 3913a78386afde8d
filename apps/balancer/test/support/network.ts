// Where the processes of a test run: in this machine's network, unless a test makes one of its own.
import { networkInterfaces } from 'node:os';

export interface Network {
  /** The command that runs this one in there. */
  enter(command: string, ...args: string[]): [command: string, args: string[]];
}

export const HERE: Network = { enter: (command, ...args) => [command, args] };

export const HAS_IPV6 = Object.values(networkInterfaces()).some((one) => one?.some(({ address }) => address === '::1'));
