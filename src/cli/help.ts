/** The text of `--help`: what a command does, how it is called, examples first. */
import type { CommandDescription } from './command.js';
import { type CommandName, summaries } from './commands.js';
import type { Option } from './options.js';

const WIDTH = 80;

/** `internvl --help` */
export function overview(): string {
  const names = Object.keys(summaries) as CommandName[];
  const column = Math.max(...names.map((name) => name.length)) + 2;
  return [
    'internvl: pictures and words in one space (InternVL 1.0, CVPR 2024)',
    '',
    'Usage: internvl COMMAND [ARGUMENTS]',
    '',
    'Start here:',
    '  internvl demo',
    '  internvl classify photo.jpg --labels "cat,dog,traffic light"',
    '',
    'Commands:',
    ...names.map((name) => `  ${name.padEnd(column)}${summaries[name]}`),
    '',
    'Each command explains itself: internvl COMMAND --help. Also: internvl --version.',
    'Results go to stdout, everything else to stderr. Exit codes: 0 ok, 1 failure, 2 usage,',
    '3 model missing or invalid, 4 out of memory, 130 interrupted.',
    '',
  ].join('\n');
}

/** `internvl COMMAND --help` */
export function commandHelp({ name, usage, about, options, examples }: CommandDescription): string {
  const flags = Object.entries(options).map(([option, spec]) => ({
    left: optionForm(option, spec),
    help: spec.help,
  }));
  const column = Math.max(...flags.map(({ left }) => left.length)) + 4;
  return [
    `Usage: internvl ${name} ${usage}`.trimEnd(),
    '',
    ...wrap(about, WIDTH),
    '',
    'Examples:',
    ...examples.flatMap(({ what, command }) => [`  # ${what}`, `  ${command}`]),
    '',
    'Options:',
    ...flags.flatMap(({ left, help }) => {
      const [first = '', ...more] = wrap(help, WIDTH - column);
      return [`  ${left}`.padEnd(column) + first, ...more.map((line) => ' '.repeat(column) + line)];
    }),
    '',
  ].join('\n');
}

function optionForm(name: string, option: Option): string {
  const short = option.short ? `-${option.short}, ` : '';
  return `${short}--${name}${option.kind === 'flag' ? '' : ` ${option.value}`}`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
