/** One run of `internvl`: finds the command, runs it, and turns whatever happens into an exit code. */
import { readFile } from 'node:fs/promises';

import { type CommandName, isCommandName, loadCommand, summaries } from './commands.js';
import { type ExitCode, exitCodeOf, exitCodes, messageOf, usageError } from './exit-code.js';
import { commandHelp, overview } from './help.js';
import { nearest } from './nearest.js';
import type { Terminal } from './terminal.js';

/** Runs `internvl argv…` and gives its exit code; never throws. */
export async function run(terminal: Terminal, argv: readonly string[]): Promise<ExitCode> {
  const [name = '', ...rest] = argv;
  try {
    await dispatch(terminal, name, rest);
    terminal.signal.throwIfAborted();
    return exitCodes.ok;
  } catch (error) {
    return ended(terminal, name, error);
  }
}

async function dispatch(terminal: Terminal, name: string, argv: readonly string[]): Promise<void> {
  if (name === '--version' || name === '-v') return terminal.print(`${await version()}\n`);
  if (name === '--help' || name === '-h' || (name === 'help' && argv.length === 0))
    return terminal.print(overview());
  const [called, args] = name === 'help' ? [argv[0] ?? '', ['--help']] : [name, argv];
  const command = await loadCommand(commandName(called));
  if (asksForHelp(args)) return terminal.print(commandHelp(command));
  await command.run(terminal, args);
}

function commandName(name: string): CommandName {
  if (isCommandName(name)) return name;
  if (name === '') throw usageError('expected a command; internvl --help lists them');
  const near = nearest(name, Object.keys(summaries));
  const hint = near ? `did you mean ${near}?` : 'internvl --help lists them';
  throw usageError(`unknown ${name.startsWith('-') ? 'option' : 'command'} ${name}; ${hint}`);
}

function asksForHelp(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end < 0 ? argv : argv.slice(0, end)).some((argument) => argument === '--help' || argument === '-h');
}

function ended(terminal: Terminal, name: string, error: unknown): ExitCode {
  if (isClosedPipe(error)) return exitCodes.ok; // `internvl … | head` has read what it wanted
  const code = terminal.signal.aborted ? exitCodes.interrupted : exitCodeOf(error);
  terminal.redraw('');
  if (code === exitCodes.interrupted) terminal.complain('interrupted');
  else terminal.complain(`internvl: ${messageOf(error)}`);
  if (code === exitCodes.usage && isCommandName(name)) terminal.complain(`Try: internvl ${name} --help`);
  if (terminal.env.INTERNVL_DEBUG && error instanceof Error) terminal.complain(error.stack ?? '');
  return code;
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EPIPE';
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version; // our own file
}
