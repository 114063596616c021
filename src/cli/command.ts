/** What a command is: a name, a table of options, examples that teach it, and the function that runs it. */
import { type Arguments, type OptionTable, parseOptions } from './options.js';
import type { Terminal } from './terminal.js';

export interface Example {
  readonly what: string;
  readonly command: string;
}

export interface CommandDescription {
  readonly name: string;
  /** The arguments after the name, e.g. `PICTURE… --labels a,b,c`. */
  readonly usage: string;
  /** What it does, in full sentences. */
  readonly about: string;
  readonly options: OptionTable;
  readonly examples: readonly Example[];
}

export interface Command extends CommandDescription {
  run(terminal: Terminal, argv: readonly string[]): Promise<void>;
}

/** Options of every command. */
export const commonOptions = {
  json: { kind: 'flag', help: 'print the result as one JSON document' },
  quiet: { kind: 'flag', short: 'q', help: 'no remarks and no progress on stderr' },
  'no-progress': { kind: 'flag', help: 'no progress bar' },
  help: { kind: 'flag', short: 'h', help: 'show this text' },
} as const satisfies OptionTable;

/** Binds a description and its function; the common options join the table. */
export function defineCommand<const Table extends OptionTable>(
  description: Omit<CommandDescription, 'options'> & { readonly options: Table },
  run: (terminal: Terminal, args: Arguments<Table & typeof commonOptions>) => Promise<void>,
): Command {
  const options = { ...description.options, ...commonOptions };
  return {
    ...description,
    options,
    run(terminal, argv) {
      const args = parseOptions<Table & typeof commonOptions>(options, argv);
      terminal.quiet = args.values.quiet;
      terminal.noProgress = args.values['no-progress'];
      return run(terminal, args);
    },
  };
}
