/**
 * Options of a command as a table: from it come parsing, types and `--help`. Built on `node:util`'s
 * parseArgs.
 */
import { parseArgs } from 'node:util';

import { parseBytes } from '../byte-size.js';
import { usageError } from './exit-code.js';
import { nearest } from './nearest.js';

interface Described {
  readonly help: string;
  readonly short?: string;
}
/** `--json` */
interface FlagOption extends Described {
  readonly kind: 'flag';
}
/** `--model <folder>`; `oneOf` lists the allowed words. */
interface TextOption extends Described {
  readonly kind: 'text';
  readonly value: string;
  readonly oneOf?: readonly string[];
}
/** `--label cat --label dog` */
interface ListOption extends Described {
  readonly kind: 'list';
  readonly value: string;
}
/** `--top 5`: a whole number, at least `min` (1 when left out). */
interface CountOption extends Described {
  readonly kind: 'count';
  readonly value: string;
  readonly min?: number;
}

/** `--top-p 0.9`: a decimal number, greater than `above` and at most `max` where these are given. */
interface NumberOption extends Described {
  readonly kind: 'number';
  readonly value: string;
  readonly above?: number;
  readonly max?: number;
}

/** `--memory 2GB`: bytes; or one of the words of `oneOf`. */
interface SizeOption extends Described {
  readonly kind: 'size';
  readonly value: string;
  readonly oneOf?: readonly string[];
}

export type Option = FlagOption | TextOption | ListOption | CountOption | NumberOption | SizeOption;
export type OptionTable = Readonly<Record<string, Option>>;

type ValueOf<O extends Option> = O extends FlagOption
  ? boolean
  : O extends ListOption
    ? readonly string[]
    : O extends CountOption | NumberOption
      ? number | undefined
      : (O extends SizeOption ? number : never) | WordOf<O> | undefined;

/** One of the allowed words; any text where none are listed, but for a size. */
type WordOf<O extends Option> = O extends { readonly oneOf: readonly (infer Word)[] }
  ? Word
  : O extends SizeOption
    ? never
    : string;

export type Values<Table extends OptionTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export interface Arguments<Table extends OptionTable> {
  readonly values: Values<Table>;
  readonly positionals: readonly string[];
}

/**
 * Reads the arguments of a command.
 *
 * @throws a usage error that names the option, with the nearest known one, or what the option expects.
 */
export function parseOptions<Table extends OptionTable>(
  table: Table,
  argv: readonly string[],
): Arguments<Table> {
  checkKnown(table, argv);
  const options = Object.fromEntries(
    Object.entries(table).map(([name, option]) => [name, parseArgsOption(option)]),
  );
  const { values, positionals } = strictly(() =>
    parseArgs({ args: [...argv], options, allowPositionals: true }),
  );
  const entries = Object.entries(table).map(([name, option]) => [name, convert(name, option, values[name])]);
  return { values: Object.fromEntries(entries) as Values<Table>, positionals }; // converted option by option
}

function parseArgsOption(option: Option): { type: 'boolean' | 'string'; multiple?: true; short?: string } {
  return {
    type: option.kind === 'flag' ? 'boolean' : 'string',
    ...(option.kind === 'list' ? { multiple: true as const } : {}),
    ...(option.short ? { short: option.short } : {}),
  };
}

function checkKnown(table: OptionTable, argv: readonly string[]): void {
  const end = argv.indexOf('--');
  for (const argument of end < 0 ? argv : argv.slice(0, end)) {
    const name = /^--([^=]+)/.exec(argument)?.[1];
    if (name === undefined || Object.hasOwn(table, name)) continue;
    const near = nearest(name, Object.keys(table));
    throw usageError(`unknown option --${name}${near ? `; did you mean --${near}?` : ''}`);
  }
}

function strictly<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    const [message = 'bad arguments'] = error instanceof Error ? error.message.split('. ') : [];
    throw usageError(
      message.replace(/^Option '(?:-\w, )?(--[\w-]+).*' argument missing$/, '$1 expects a value'),
    );
  }
}

function convert(name: string, option: Option, value: unknown): unknown {
  if (option.kind === 'flag') return value === true;
  if (option.kind === 'list') return value ?? [];
  if (typeof value !== 'string') return undefined;
  if (option.kind === 'count') return wholeNumber(name, value, option.min ?? 1);
  if (option.kind === 'number') return decimalNumber(name, value, option);
  if (option.oneOf?.includes(value)) return value;
  if (option.kind === 'size') return size(name, value, option.oneOf ?? []);
  if (option.oneOf) throw usageError(`--${name} expects ${option.oneOf.join(' or ')}, got '${value}'`);
  return value;
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= min) return number;
  throw usageError(`--${name} expects a whole number from ${min}, got '${text}'`);
}

function decimalNumber(name: string, text: string, { above, max }: NumberOption): number {
  const number = Number(text);
  const isInside =
    number > (above ?? Number.NEGATIVE_INFINITY) && number <= (max ?? Number.POSITIVE_INFINITY);
  if (text.trim() !== '' && Number.isFinite(number) && isInside) return number;
  const bounds = [above === undefined ? '' : ` above ${above}`, max === undefined ? '' : ` up to ${max}`];
  throw usageError(`--${name} expects a number${bounds.join('')}, got '${text}'`);
}

function size(name: string, text: string, words: readonly string[]): number {
  const bytes = parseBytes(text);
  if (bytes !== undefined) return bytes;
  const expected = [...words, 'a size such as 2GB, 800MB or 1.5GiB'].join(' or ');
  throw usageError(`--${name} expects ${expected}, got '${text}'`);
}
