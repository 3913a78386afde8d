// Arguments that several commands take.
import { isIP } from 'node:net';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { parseTargetName } from '../../control/server/target-name.ts';

/** `--config`, as 0.9.26 had it. */
export function configOption(): Option {
  return new Option('--config <file>', 'the config file').default(
    'config.json',
    'config.json in the working directory',
  );
}

export function freshOption(): Option {
  return new Option(
    '--fresh',
    'forget what the last balancer with this config has left: sessions away from home, drained, disabled and suspended targets',
  );
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON for programs');
}

export function indexArgument(meaning: string): Argument {
  return new Argument('[index]', meaning).argParser((text: string) => {
    if (!/^\d+$/.test(text))
      throw new InvalidArgumentError(
        `${JSON.stringify(text)} is not an index. An index is a whole number; "loadbalancer list" shows them.`,
      );
    return Number(text);
  });
}

/** The balancer that a command is about, when it is about one only. */
export function oneIndexArgument(): Argument {
  return indexArgument('which balancer (default: the only one that runs)');
}

export function clientArgument(): Argument {
  return new Argument('<address>', "the client's IP address").argParser((text: string) => {
    if (isIP(text.replace(/^\[(.*)\]$/, '$1').replace(/%.*/, '')) === 0) {
      throw new InvalidArgumentError(`${JSON.stringify(text)} is not an IP address. Give one, such as 203.0.113.7.`);
    }
    return text;
  });
}

export function targetArgument(): Argument {
  return new Argument('<host:port>', 'the target, as "loadbalancer targets" shows it').argParser((text: string) => {
    try {
      return parseTargetName(text);
    } catch (error) {
      throw new InvalidArgumentError((error as Error).message);
    }
  });
}
