// A client of ours in a process of its own, asked one thing at a time.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Started } from '../machine/processes.ts';

const TIMEOUT = 60_000;

export interface Client<Request, Answer> {
  /** @throws with the client's reason, when it failed */
  ask(request: Request): Promise<Answer>;
  stop(): Promise<void>;
}

export type Reply<Answer> = { readonly answer: Answer } | { readonly failure: string };

export function startClient<Request extends object, Answer>(
  name: 'bulk-transfers' | 'idle-connections' | 'visitors',
): Client<Request, Answer> {
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), { detached: true });
  const started = new Started(child);
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const done = (then: () => void) => {
          clearTimeout(timer);
          child.off('message', onMessage);
          child.off('exit', onExit);
          then();
        };
        const onExit = () => done(() => reject(new Error(`the client "${name}" ended (${started.ended})`)));
        const onMessage = (reply: unknown) =>
          done(() => {
            const { answer, failure } = reply as { answer: Answer; failure?: string };
            if (failure === undefined) resolve(answer);
            else reject(new Error(`the client "${name}": ${failure}`));
          });
        const timer = setTimeout(
          () => done(() => reject(new Error(`the client "${name}" took longer than ${TIMEOUT / 1000} s`))),
          TIMEOUT,
        );
        child.once('message', onMessage).once('exit', onExit);
        child.send(request);
      }),
    stop: () => started.stop(),
  };
}

/** The other side of it: answers each message from the parent. */
export function serveParent<Request, Answer>(serve: (request: Request) => Promise<Answer>): void {
  process.on('message', (request: Request) => {
    const reply = (message: Reply<Answer>) => process.send?.(message);
    serve(request).then(
      (answer) => reply({ answer }),
      (error: Error) => reply({ failure: error.message }),
    );
  });
  process.on('disconnect', () => process.exit());
}
