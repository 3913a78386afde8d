// Ends this process although a thread of Node's pool is busy. `process.exit`, and Node itself after an uncaught error, wait for those
// threads, and a name server that does not answer, or a file system that hangs, keeps one busy for 10 s and more.
import { inspect } from 'node:util';
import { loadLibc } from '../libc.ts';

/** Ends the process. What listens for `exit` is called; where there is no libc binding, it is `process.exit`. */
export function endProcess(code = Number(process.exitCode ?? 0)): void {
  const exit = exitWithoutWaiting();
  try {
    process.exit(code);
  } finally {
    exit?.(code); // a listener threw
  }
}

/**
 * From now on `process.exit` and an uncaught error end this process without waiting. Handlers of uncaught errors and of `exit` are called
 * as ever, and an error without a handler is printed as by Node, except for the line of source above its stack. An error that a handler
 * of `exit` throws ends the process, too: in Node it may be caught by whoever has called `process.exit`, and the process would continue
 * without receiving another message. Node still waits after a handler of uncaught errors that throws one itself, and where there is no
 * libc binding.
 */
export function neverWaitAtExit(): void {
  const exit = exitWithoutWaiting();
  if (!exit) return;
  let uncaught: { readonly error: unknown } | undefined;
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    const isHandled = process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback();
    if (!isHandled) uncaught = { error };
  });
  const endAtExit = (code: number): void => {
    let isListenerBroken = false;
    try {
      // Node would print after all listeners have run, and only then wait: this one prints, runs the rest and ends the process.
      if (uncaught) print(uncaught.error);
      const listeners = process.listeners('exit');
      for (const listener of listeners.slice(listeners.indexOf(endAtExit) + 1)) listener.call(process, code);
    } catch (error) {
      isListenerBroken = true;
      print(error);
    } finally {
      const asked = Number(process.exitCode ?? code);
      exit(asked === 0 && isListenerBroken ? 1 : asked);
    }
  };
  process.prependListener('exit', endAtExit);
}

/** Has `process.exit` end the process with _exit(2), which it returns. Nothing without the libc binding. */
function exitWithoutWaiting(): ((code: number) => void) | undefined {
  const libc = loadLibc();
  if (libc instanceof Error) return undefined;
  const exit: (code: number) => void = libc.koffi.load(null).func('void _exit(int)');
  // `process.exit` calls this property once the listeners have run; other modules replace it, too.
  Object.assign(process, { reallyExit: (code?: number) => exit(Number(code ?? 0)) });
  return exit;
}

function print(error: unknown): void {
  const text = textOf(error);
  process.stderr.write(`${error instanceof Error ? '' : 'Uncaught:\n'}${text}\n\nNode.js ${process.version}\n`);
}

function textOf(error: unknown): string {
  try {
    return inspect(error, { customInspect: false, depth: 5 });
  } catch {
    return 'an error that cannot be printed: reading its properties throws';
  }
}
