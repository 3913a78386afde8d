// The README's table of options, made from the schema.

import { expectedBy, listInWords } from '../problems/words.ts';
import { formsOf, type OptionNode, optionsIn, optionTree } from '../schema/option-tree.ts';

/** A Markdown table of all options, in the order of the schema: option, what it takes, default, meaning. */
export function optionsTable(): string {
  const rows = rowsOf(optionTree, '').map((cells) => `| ${cells.map(escaped).join(' | ')} |`);
  return ['| Option | Takes | Default | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function rowsOf(parent: OptionNode, prefix: string): string[][] {
  return [...optionsIn(parent)].flatMap(([name, option]) => {
    const path = `${prefix}${name}`;
    const row = [code(path), taken(option), standard(name, option, parent), option.description ?? ''];
    return [row, ...rowsOf(option.items ?? option, option.items ? `${path}[].` : `${path}.`)];
  });
}

/** As in a message, but short: the name of the unit is enough. */
function taken(option: OptionNode): string {
  const { type, unit, minimum, maximum } = option;
  if (type === 'integer' && unit !== undefined) return `${unit}, ${minimum} to ${maximum}`;
  return expectedBy(option).replace(/^an? /, '');
}

function standard(name: string, option: OptionNode, parent: OptionNode): string {
  if (formsOf(parent).some((form) => form.required?.includes(name))) return required(name, parent);
  if (option.defaultInWords !== undefined) return option.defaultInWords;
  if (option.properties !== undefined) return 'as below';
  return option.default === undefined ? 'none' : code(String(option.default));
}

function required(name: string, parent: OptionNode): string {
  const instead = formsOf(parent).filter((form) => !form.required?.includes(name));
  return ['required', ...instead.map((form) => listInWords((form.required ?? []).map(code)))].join(', or ');
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}
