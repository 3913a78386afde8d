// Where the processes of a test run: in this machine's network, unless a test makes one of its own.
export interface Network {
  /** The command that runs this one in there. */
  enter(command: string, ...args: string[]): [command: string, args: string[]];
}

export const HERE: Network = { enter: (command, ...args) => [command, args] };
