import { describe, expect, test } from 'vitest';

import { exitCodeOf } from '../../src/cli/exit-code.js';
import { editDistance, nearest } from '../../src/cli/nearest.js';
import { parseOptions } from '../../src/cli/options.js';

const table = {
  labels: { kind: 'list', value: 'a,b', help: '' },
  top: { kind: 'count', value: 'K', help: '' },
  seed: { kind: 'count', value: 'N', min: 0, help: '' },
  share: { kind: 'number', value: 'P', above: 0, max: 1, help: '' },
  penalty: { kind: 'number', value: 'X', help: '' },
  device: { kind: 'text', value: 'wasm|cpu', oneOf: ['wasm', 'cpu'], help: '' },
  out: { kind: 'text', value: 'FILE', short: 'o', help: '' },
  memory: { kind: 'size', value: 'SIZE', oneOf: ['resident', 'stream'], help: '' },
  room: { kind: 'size', value: 'SIZE', help: '' },
  json: { kind: 'flag', help: '' },
} as const;

/** Message and exit code of the error. */
function failure(argv: string[]): [string, number] {
  try {
    parseOptions(table, argv);
  } catch (error) {
    return [(error as Error).message, exitCodeOf(error)];
  }
  throw new Error('expected a usage error');
}

describe('parseOptions', () => {
  test('gives each option its type, and undefined or empty when it is not there', () => {
    const { values, positionals } = parseOptions(table, [
      'a.png',
      '--top=3',
      '--labels',
      'x',
      '--labels',
      'y',
    ]);
    expect(values).toEqual({ labels: ['x', 'y'], top: 3, seed: undefined, device: undefined, json: false });
    expect(positionals).toEqual(['a.png']);
  });

  test('short forms, a lone dash and everything after --', () => {
    const { values, positionals } = parseOptions(table, ['-o', 'x.npy', '-', '--', '--json']);
    expect([values.out, values.json]).toEqual(['x.npy', false]);
    expect(positionals).toEqual(['-', '--json']);
  });

  test('a size is a number of bytes, or one of the allowed words', () => {
    const memory = (text: string): number | 'resident' | 'stream' | undefined =>
      parseOptions(table, ['--memory', text]).values.memory;
    expect(['2GB', '800MB', '1.5GiB', 'stream'].map(memory)).toEqual([2e9, 8e8, 1.5 * 2 ** 30, 'stream']);
    const room: number | undefined = parseOptions(table, ['--room', '1GB']).values.room;
    expect(room).toBe(1e9);
    const such = 'a size such as 2GB, 800MB or 1.5GiB';
    expect(failure(['--memory', 'much'])).toEqual([
      `--memory expects resident or stream or ${such}, got 'much'`,
      2,
    ]);
    expect(failure(['--room', 'stream'])).toEqual([`--room expects ${such}, got 'stream'`, 2]);
  });

  test('a decimal number keeps within its bounds', () => {
    const share: number | undefined = parseOptions(table, ['--share', '0.9']).values.share;
    expect([share, parseOptions(table, ['--share', '1']).values.share]).toEqual([0.9, 1]);
    expect(parseOptions(table, ['--penalty=-0.5']).values.penalty).toBe(-0.5);
    for (const text of ['0', '1.01', 'much', '', 'Infinity']) {
      expect(failure([`--share=${text}`])).toEqual([
        `--share expects a number above 0 up to 1, got '${text}'`,
        2,
      ]);
    }
    expect(failure(['--penalty', 'NaN'])[0]).toBe("--penalty expects a number, got 'NaN'");
  });

  test('an unknown option is a usage error with the nearest one', () => {
    expect(failure(['--lables', 'x'])).toEqual(['unknown option --lables; did you mean --labels?', 2]);
    expect(failure(['--banana'])).toEqual(['unknown option --banana', 2]);
    expect(failure(['-x'])).toEqual(["Unknown option '-x'", 2]);
  });

  test('a value that does not fit says what is expected', () => {
    expect(failure(['--top', 'five'])).toEqual(["--top expects a whole number from 1, got 'five'", 2]);
    expect(failure(['--top', '0'])[0]).toContain('from 1');
    expect(parseOptions(table, ['--seed', '0']).values.seed).toBe(0);
    expect(failure(['--device', 'wsam'])[0]).toBe("--device expects wasm or cpu, got 'wsam'");
    expect(failure(['--out'])).toEqual(['--out expects a value', 2]);
    expect(failure(['--json=1'])[1]).toBe(2);
  });
});

test('edit distance counts insertions, deletions and replacements', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
});

test('the nearest word is near, or none', () => {
  expect(nearest('clasify', ['classify', 'convert'])).toBe('classify');
  expect(nearest('retr', ['retrieve', 'embed'])).toBe('retrieve');
  expect(nearest('zzz', ['retrieve', 'embed'])).toBeUndefined();
});
