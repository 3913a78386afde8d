// The config of a primary that is started again: the one that the primary before had in use, whatever its file says by now. Only a
// reload puts another one into use.
import { resolve } from 'node:path';
import { errorMessage } from '@lb/core';
import type { Log } from '@lb/net';
import { type CompleteConfig, complete, readCompleteConfig } from '../../config/complete-config.ts';
import { type ConfigFile, configOf } from '../../config/config-file.ts';
import { fingerprintOf, readBytes } from '../../config/config-text.ts';
import { type LastConfigMessage, lastConfigFault, report } from '../daemon-messages.ts';

/** What the supervisor has kept; the file where it has kept nothing. @throws {Error} why that cannot be used */
export async function configInUse(path: string): Promise<CompleteConfig> {
  const text = await lastText();
  if (text === undefined) return await readCompleteConfig(path);
  const config = complete(configOf(Buffer.from(text), resolve(path)));
  // Nobody has to be able to read the file.
  return { ...config, files: config.files.filter((file) => file !== config.path) };
}

/** Logs it if the file is not what is in use. */
export async function warnOfChange({ path, fingerprint }: ConfigFile, log: Log): Promise<void> {
  const reason = await readBytes(path, 'name another one').then(
    (bytes) =>
      fingerprintOf(bytes) === fingerprint ? undefined : `${path} has changed; "loadbalancer reload" applies it`,
    (error: unknown) => errorMessage(error),
  );
  if (reason === undefined) return;
  log.warn({ config: path, reason }, `this primary goes on with the config that was in use: ${reason}`);
}

/** What the supervisor has kept of the config. It ends this process when it ends itself. */
function lastText(): Promise<string | undefined> {
  return new Promise((done) => {
    const onMessage = (message: unknown): void => {
      if (lastConfigFault(message) !== undefined) return;
      process.off('message', onMessage);
      done((message as LastConfigMessage).text);
    };
    process.on('message', onMessage);
    report({ type: 'asksConfig' });
  });
}
