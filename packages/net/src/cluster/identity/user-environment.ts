// The environment of a process that runs as the user of `downgradeToUser`: that user's, in place of who started the balancer.

/** What the system knows of a user, as an environment names it. */
export interface Account {
  /** Absent for a uid without an entry. */
  readonly name: string | undefined;
  readonly home: string;
  readonly shell: string | undefined;
}

/** What describes the session and the service of whoever started the balancer, and leads to sockets of theirs. */
const FOREIGN = /^(?:SUDO|SSH|XDG|LISTEN|WATCHDOG)_|^NOTIFY_SOCKET$/;

/** An environment as it is for the user. All else stays, since controllers read it. */
export function environmentOf(
  { name, home, shell }: Account,
  before: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...before, HOME: home, USER: name, LOGNAME: name, SHELL: shell };
  for (const [key, value] of Object.entries(environment)) {
    if (value === undefined || FOREIGN.test(key)) delete environment[key];
  }
  return environment;
}
