// Arguments that several commands take.
import { Argument, InvalidArgumentError, Option } from 'commander';

/** `--config`, as 0.9.26 had it. */
export function configOption(): Option {
  return new Option('--config <file>', 'the config file').default(
    'config.json',
    'config.json in the working directory',
  );
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON for programs instead of a table');
}

export function indexArgument(meaning: string): Argument {
  return new Argument('[index]', meaning).argParser((text: string) => {
    if (!/^\d+$/.test(text))
      throw new InvalidArgumentError('An index is a whole number; "loadbalancer list" shows them.');
    return Number(text);
  });
}
