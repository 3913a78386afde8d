// All error codes of the project, with the side that each comes from and its meaning. Besides these there are the system's own, such as
// EADDRINUSE (errno(3)).

export type ErrorSource =
  /** The client. */
  | 'downstream'
  /** The target. */
  | 'upstream'
  /** What somebody configured, asked for or wrote in a controller. */
  | 'config'
  /** This process or machine. */
  | 'internal';

const CODES = [
  ['ADDRESS_LIST_INVALID', 'config', 'An entry of a list of addresses is neither an address nor a range.'],
  ['BODY_TOO_LARGE', 'config', 'The body of a control request is too long.'],
  ['CLUSTER_OPTION', 'config', 'The library was given an option that only the command has.'],
  ['COMMAND_FAILED', 'config', 'A command could not do what it was asked.'],
  ['CONTROLLER_FAILED', 'config', 'A controller threw while it was loaded.'],
  ['CONTROLLER_LATE', 'config', 'A controller was not loaded in time.'],
  ['CONTROLLER_NOT_FOUND', 'config', 'There is no controller at the path that the config names.'],
  ['CONTROLLER_RUN_FAILED', 'config', "A controller's run() threw."],
  ['CONTROLLER_TYPESCRIPT_UNSUPPORTED', 'config', 'This version of Node cannot load a controller in TypeScript.'],
  ['CONTROLLER_UNREADABLE', 'config', 'A controller cannot be read or parsed.'],
  ['CONTROLLER_WITHOUT_RUN', 'config', 'A controller exports no function run().'],
  ['DOWNGRADE_FAILED', 'internal', 'The process could not become the user of downgradeToUser.'],
  ['ENGINE_UNAVAILABLE', 'config', 'The engine that the config names cannot run here.'],
  ['IDENTITY_TOO_WEAK', 'config', 'The user of downgradeToUser cannot run the balancer.'],
  ['IDENTITY_UNKNOWN', 'internal', 'The system did not answer who a user is.'],
  ['INVALID_ADDRESS', 'config', 'What was given is not an IP address.'],
  ['INVALID_CONFIG', 'config', 'A config file is not valid.'],
  ['INVALID_FORCE', 'config', 'The field "force" of a control request is not a boolean.'],
  ['INVALID_JSON', 'config', 'The body of a control request is not JSON.'],
  ['INVALID_OPTIONS', 'config', 'Options are not valid.'],
  ['INVALID_TARGET', 'config', 'What was given is not the name of a target.'],
  ['LAST_TARGET', 'config', 'The last target that takes new clients was to be drained or disabled.'],
  ['MALFORMED_MESSAGE', 'internal', 'A process received a message that it does not understand.'],
  ['MIDDLEWARE_NOT_A_FUNCTION', 'config', 'A controller added middleware that is not a function.'],
  ['MIDDLEWARE_TYPE_UNKNOWN', 'config', 'A controller added middleware of a type that does not exist.'],
  ['MISSING_CLIENT', 'config', 'A control request names no client.'],
  ['MISSING_TARGET', 'config', 'A control request names no target.'],
  ['NEEDS_RESTART', 'config', 'A reload changes what only a restart can change.'],
  ['NOT_DONE_YET', 'internal', 'A control request has no answer yet. It goes on.'],
  ['NOT_ROOT', 'config', 'The option downgradeToUser was given to a process that is not root.'],
  [
    'NOT_TRANSPARENT',
    'config',
    "The option transparent was given where connecting from a client's address is not possible.",
  ],
  ['NO_SESSIONS', 'config', 'A session was asked for, and stickiness is false.'],
  ['OWN_ADDRESS', 'config', 'A target is the balancer itself.'],
  ['PARTLY_RELOADED', 'internal', 'Only some of the workers were replaced at a reload.'],
  ['PROPERTY_GONE', 'config', 'A controller uses a property that no longer exists.'],
  ['PROPERTY_READ_ONLY', 'config', 'A controller sets a property that is read-only.'],
  ['SOCKET_IS_NO_STREAM', 'config', "A middleware reads from or writes to a client's socket."],
  ['STOPPED', 'internal', 'A worker was stopped before it had started.'],
  ['STOPPING', 'internal', 'The balancer is stopping.'],
  ['TARGETS_REFUSED', 'config', 'A controller set a list of targets that is not valid.'],
  ['UNFIT_LISTENERS', 'internal', 'Listeners of another process were not taken over.'],
  ['UNKNOWN', 'internal', 'An error without a code.'],
  ['UNKNOWN_GROUP', 'config', 'The system does not know the group of downgradeToGroup.'],
  ['UNKNOWN_PATH', 'config', 'A control request is for a path that does not exist.'],
  ['UNKNOWN_TARGET', 'config', 'There is no such target.'],
  ['UNKNOWN_USER', 'config', 'The system does not know the user of downgradeToUser.'],
  ['UNREADABLE_CONFIG', 'config', 'A config file cannot be read.'],
  ['UPGRADED', 'internal', 'The package was upgraded on disk: a new process does not understand an older one.'],
  ['WORKER_FAILED', 'internal', 'A worker ended before it was ready.'],
  ['WORKER_LATE', 'internal', 'A worker was not ready in time.'],
  ['WRONG_METHOD', 'config', 'A control request has a method that its path does not take.'],
] as const;

/** By code: the side that the error comes from, and what it means. */
export const ERROR_CODES: ReadonlyMap<string, { readonly source: ErrorSource; readonly meaning: string }> = new Map(
  CODES.map(([code, source, meaning]) => [code, { source, meaning }]),
);

/** One of the project's own codes, or the system's name for an error. */
export type ErrorCode = (typeof CODES)[number][0] | `E${string}`;
