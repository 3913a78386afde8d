// The config of a primary that is started again: its file, or what was in use before if nothing can be done with the file, or a reload has
// refused it or would. Somebody may have begun to change it when the primary before died.
import { resolve } from 'node:path';
import { errorMessage } from '@lb/core';
import { planReload } from '@lb/net';
import { type CompleteConfig, complete, readCompleteConfig } from '../../config/complete-config.ts';
import { configOf } from '../../config/config-file.ts';
import { createLogger } from '../../logging/logger.ts';
import { type LastConfigMessage, lastConfigFault, report } from '../daemon-messages.ts';

/**
 * The file, if a reload would take it, or else what was kept.
 * @throws {Error} what is wrong with the file, where nothing can be done with what was kept either
 */
export async function usableConfig(path: string): Promise<CompleteConfig> {
  const kept = await keptConfig(path).catch(() => undefined);
  try {
    const config = await readCompleteConfig(path);
    if (kept) planReload(kept.options, config.options);
    return config;
  } catch (error) {
    if (kept === undefined) throw error;
    const reason = errorMessage(error);
    const log = createLogger({ role: 'primary' });
    log.error(
      { config: path, reason },
      `the config cannot be used; this primary goes on with what it was before: ${reason}`,
    );
    return kept;
  }
}

/**
 * The config that was in use before, whatever the file is now. `undefined` where none was kept.
 * @throws {Error} why it cannot be used any more
 */
export async function keptConfig(path: string): Promise<CompleteConfig | undefined> {
  const text = await lastText();
  if (text === undefined) return undefined;
  const config = complete(configOf(Buffer.from(text), resolve(path)));
  // Nobody has to be able to read the file.
  return { ...config, files: config.files.filter((file) => file !== config.path) };
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
