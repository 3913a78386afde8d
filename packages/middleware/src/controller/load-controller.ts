// Loads a user's controller script in each format that Node runs. What the script then does is not its affair.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { ControllerError } from '../errors.ts';
import { reasonText } from '../reason.ts';
import type { ControllerBalancer } from './controller-balancer.ts';
import { resolveController } from './resolve-controller.ts';

const require = createRequire(import.meta.url);

// `require` can't load a module with a top-level await, nor any ES module where Node was told not to.
const ONLY_BY_IMPORT = ['ERR_REQUIRE_ASYNC_MODULE', 'ERR_REQUIRE_ESM'];

/** What a controller script exports, by name or as its default export. */
export interface ControllerScript {
  run(balancer: ControllerBalancer): unknown;
}

export interface Controller {
  /** The absolute path of the file that was loaded. */
  readonly file: string;
  /**
   * Calls the script's `run`, and waits for it if it is async, without a bound.
   * @throws {ControllerError} CONTROLLER_RUN_FAILED
   */
  run(balancer: ControllerBalancer): Promise<void>;
}

/**
 * Loads a controller script: CommonJS, an ES module, or TypeScript where this Node strips types. Node keeps what it has
 * loaded: a changed script is seen by the next process.
 * @param path absolute, or relative to the working directory; found as `require` finds it, so `.js` may be left out
 * @throws {ControllerError} CONTROLLER_NOT_FOUND, CONTROLLER_UNREADABLE, CONTROLLER_TYPESCRIPT_UNSUPPORTED,
 * CONTROLLER_FAILED, CONTROLLER_WITHOUT_RUN
 */
export async function loadController(path: string): Promise<Controller> {
  const file = resolveController(path);
  const script = await evaluate(file);
  return {
    file,
    async run(balancer) {
      balancer.balancerController = script;
      try {
        await script.run(balancer);
      } catch (cause) {
        throw failed('CONTROLLER_RUN_FAILED', file, 'failed in its run function', cause);
      }
    },
  };
}

async function evaluate(file: string): Promise<ControllerScript> {
  let script: ControllerScript | undefined;
  try {
    script = scriptOf(await loadModule(file));
  } catch (cause) {
    throw failed('CONTROLLER_FAILED', file, 'failed while it was loaded', cause);
  }
  if (script) return script;
  const advice =
    'Add "module.exports.run = function (balancer) {...}", or in an ES module "export function run(balancer) {...}".';
  const message = `The controller ${file} exports no function named run. ${advice}`;
  throw new ControllerError('CONTROLLER_WITHOUT_RUN', file, message);
}

// `require` first: it is what 0.9.26 used, and it loads ES modules too.
async function loadModule(file: string): Promise<unknown> {
  try {
    return require(file);
  } catch (error) {
    if (!ONLY_BY_IMPORT.includes(codeOf(error) ?? '')) throw error;
  }
  return import(pathToFileURL(file).href);
}

function scriptOf(exported: unknown): ControllerScript | undefined {
  if (hasRun(exported)) return exported;
  const fallback = (exported as { default?: unknown } | null | undefined)?.default;
  if (hasRun(fallback)) return fallback;
  return typeof fallback === 'function' ? { run: fallback as ControllerScript['run'] } : undefined;
}

function hasRun(value: unknown): value is ControllerScript {
  return typeof (value as Partial<ControllerScript> | null | undefined)?.run === 'function';
}

function failed(
  code: 'CONTROLLER_FAILED' | 'CONTROLLER_RUN_FAILED',
  file: string,
  what: string,
  cause: unknown,
): ControllerError {
  const [firstLine] = reasonText(cause).split('\n');
  const kind = cause instanceof Error ? `${cause.name}: ` : '';
  const message = `The controller ${file} ${what}: ${kind}${firstLine?.replace(/\.$/, '')}. ${adviceFor(cause)}`;
  return new ControllerError(code, file, message, { cause });
}

function adviceFor(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return 'Node only strips types: replace syntax that needs compiling, such as enum, or compile the script.';
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return 'Node strips no types below node_modules: move the script out, or compile it.';
    case 'MODULE_NOT_FOUND':
    case 'ERR_MODULE_NOT_FOUND':
      return 'Install or correct what the script imports.';
    default:
      return 'Correct the script.';
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null | undefined)?.code;
}
