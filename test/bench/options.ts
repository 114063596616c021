/** The command line of the bench. */
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { type OptionTable, parseOptions, type Values } from '../../src/cli/options.js';
import type { BenchPlan } from './parts.js';
import { blocksThatFit } from './shards.js';

const table = {
  only: { kind: 'list', value: 'PART', help: 'run this part only; repeatable, or a list with commas' },
  list: { kind: 'flag', help: 'name the parts and their rows, and run nothing' },
  json: { kind: 'flag', help: 'write {"rows": […]} instead of the table' },
  svg: { kind: 'text', value: 'FILE', help: 'draw the ratios with their goals' },
  markdown: { kind: 'text', value: 'FILE', help: "put the table into a page, between the page's marks" },
  native: { kind: 'text', value: 'FOLDER', help: 'a folder with node_modules/onnxruntime-node' },
  folder: {
    kind: 'text',
    value: 'FOLDER',
    help: 'where shards are written and removed again (default: the temporary one)',
  },
  blocks: {
    kind: 'count',
    value: 'N',
    help: 'InternViT-6B blocks in these shards, 246 MB each (default: up to 48, as fit)',
  },
  help: { kind: 'flag', short: 'h', help: 'this text' },
} as const satisfies OptionTable;

export type BenchOptions = Values<typeof table>;

/** @throws a usage error for options that do not exist, or arguments. */
export function benchOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseOptions(table, argv);
  if (positionals.length > 0) throw new Error(`expected options only, got ${positionals.join(' ')}`);
  return { ...values, only: values.only.flatMap((names) => names.split(',')).map((name) => name.trim()) };
}

/** What the options say about how the parts are put together. */
export async function planOf({ native, folder, blocks }: BenchOptions): Promise<BenchPlan> {
  const found = folderWith('onnxruntime-node', native);
  const room = resolve(folder ?? tmpdir());
  return {
    folder: room,
    blocks: blocks ?? (await blocksThatFit(room)),
    ...(found !== undefined && { native: found }),
  };
}

/** The folder from which a package can be loaded: this one, or the one named. @throws Error when that lacks it. */
function folderWith(name: string, named: string | undefined): string | undefined {
  const folder = resolve(named ?? '.');
  try {
    createRequire(join(folder, 'index.js')).resolve(name);
    return folder;
  } catch (error) {
    if (named === undefined) return undefined;
    throw new Error(`${folder}: expected ${name} in its node_modules; npm install ${name} puts it there`, {
      cause: error,
    });
  }
}

export function helpText(): string {
  const lines = Object.entries(table).map(([name, option]) => {
    const value = 'value' in option ? ` ${option.value}` : '';
    const short = 'short' in option ? `-${option.short}, ` : '';
    return `  ${`${short}--${name}${value}`.padEnd(20)}${option.help}`;
  });
  return [
    'Usage: npm run bench -- [OPTIONS]',
    '',
    'Measures this package against onnxruntime-web, tfjs and the limits of the machine, which should have',
    'nothing else to do. The table goes to stdout, progress to stderr. docs/speed.md explains the rows.',
    '',
    ...lines,
    '',
    'Exit codes: 0 all rows were measured (whether or not they reach their goals), 1 a row failed, 2 usage.',
    '',
  ].join('\n');
}
