import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, test } from 'vitest';

import { isCommandName, loadCommand } from '../../src/cli/commands.js';
import { blocks, pages } from '../architecture/markdown.js';
import { root } from '../architecture/source-files.js';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

interface Line {
  readonly page: string;
  readonly line: string;
}

/** The commands of all pages, without remarks. */
const lines: Line[] = pages().flatMap(({ path, text }) =>
  blocks(text, 'sh')
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => line.replace(/(^|\s+)#.*$/, '').split(' && '))
    .filter((line) => line.trim() !== '')
    .map((line) => ({ page: path, line })),
);

/** What is wrong with a command, in words: a program, command, option or file that does not exist. */
async function problems(line: string): Promise<string[]> {
  const words = (line.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
  while (/^[A-Z_]+=|^(\/usr\/bin\/)?time$|^-v$/.test(words[0] ?? '')) words.shift();
  const [program, what = '', ...rest] = words;
  const missing = rest.filter((word) => isOurs(word) && !isThere(word)).map((word) => `no file ${word}`);
  if (program === 'npx' && what === 'internvl') return [...(await commandProblems(rest)), ...missing];
  if (program === 'npx') return what === 'vitest' || what === 'deno' ? missing : [`no program ${what}`];
  if (program === 'node') return missing;
  if (program === 'unshare' || program === 'deno') return missing; // of the system
  if (program !== 'npm') return [`no program ${program}`];
  const name = what === 'run' ? (rest[0] ?? '') : what;
  return ['ci', 'install', 'test'].includes(name) || name in scripts ? missing : [`no script ${name}`];
}

async function commandProblems([name = '', ...rest]: readonly string[]): Promise<string[]> {
  if (name.startsWith('--')) return ['--help', '--version'].includes(name) ? [] : [`no option ${name}`];
  if (!isCommandName(name)) return [`no command ${name}`];
  const { options } = await loadCommand(name);
  const long = ['json', 'help', ...Object.keys(options)].map((option) => `--${option}`);
  const short = Object.values(options).flatMap((option) => ('short' in option ? [`-${option.short}`] : []));
  const asked = rest.filter((word) => /^--?[a-z]/.test(word)).map((word) => word.replace(/=.*/, ''));
  return asked
    .filter((word) => ![...long, ...short].includes(word))
    .map((word) => `${name}: no option ${word}`);
}

/** Paths of the repository; others (`/tmp/…`, `DIR`, `photo.jpg`) are the reader's. */
const isOurs = (word: string): boolean => /^(src|test|docs|notebooks|weights)\//.test(word);

/** Whether a path, or a pattern such as `docs/pictures/*.png`, names something. */
function isThere(word: string): boolean {
  if (!word.includes('*')) return existsSync(join(root, word));
  const [start = '', end = ''] = posix.basename(word).split('*');
  return readdirSync(join(root, posix.dirname(word))).some(
    (name) => name.startsWith(start) && name.endsWith(end),
  );
}

test.each(lines)('$page: $line', async ({ line }) => {
  expect(await problems(line)).toEqual([]);
});

describe('it would find', () => {
  test.each([
    ['npx internvl clasify docs/pictures/dog.png'],
    ['npx internvl classify docs/pictures/dog.png --lables a,b'],
    ['npx internvl classify docs/pictures/dig.png --labels a,b'],
    ['npm run no-such-script'],
    ['npx vitest run test/nowhere'],
    ['yarn test'],
    ['INTERNVL_DEVICE=cpu npx internvl embed docs/pictures/*.gif'],
  ])('%s', async (line) => {
    expect(await problems(line)).toHaveLength(1);
  });
});
