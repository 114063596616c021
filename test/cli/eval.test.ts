import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { BenchmarkRow } from '../../src/eval/emojiworld-benchmark.js';
import { resultPanels } from '../../src/eval/results-panels.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const cache = join(folder.path, 'icons');
const quick = ['--samples', '5', '--cache', cache] as const;
const rowsIn = (json: string): BenchmarkRow[] => JSON.parse(json).rows;

let withoutG: string;
beforeAll(async () => {
  ({ withoutG } = await writeGenerativeModels(folder.path));
});

describe('internvl eval', () => {
  test('measures all parts of a complete model, and draws them', { timeout: 240_000 }, async () => {
    const tiny = join(folder.path, 'tiny');
    expect((await runInProcess(['synthesize', tiny, '--preset', 'internvl-tiny'])).code).toBe(0);
    const svg = join(folder.path, 'results.svg');
    const { code, stdout } = await runInProcess(['eval', ...quick, '-m', tiny, '--json', '--svg', svg]);
    expect(code).toBe(0);
    const rows = rowsIn(stdout);
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
    for (const { name, value, low, high, n } of rows) {
      expect([name, low <= value + 1e-12, value <= high + 1e-12, n > 0]).toEqual([name, true, true, true]);
    }
    expect(rows.find(({ name }) => name === 'scenes, InternVL-G, zh: text to image R@5')?.n).toBe(25);
    const panels = resultPanels(rows);
    expect(panels).toHaveLength(5);
    const bars = panels.flatMap(({ groups }) => groups.flatMap((group) => group.bars.filter(Boolean)));
    expect(readFileSync(svg, 'utf8').match(/<title>/g)).toHaveLength(1 + bars.length);
  });

  test('finds that the small model of this package knows its words', { timeout: 240_000 }, async () => {
    const { code, stdout } = await runInProcess([
      'eval',
      'emojiworld',
      '--samples',
      '20',
      '--cache',
      cache,
      '--json',
    ]);
    expect(code).toBe(0);
    const rows = rowsIn(stdout);
    const name = '1 of 240, training styles, held-out augmentation, en: top-1';
    expect(rows.find((row) => row.name === name)?.value).toBeGreaterThan(0.6); // by chance 0.004
    expect(rows.filter((row) => row.name.includes('1 of 1369, training styles, held-out'))).toHaveLength(10);
  });

  test('leaves out what InternVL-C alone cannot do, or says that the model lacks it', {
    timeout: 240_000,
  }, async () => {
    const all = await runInProcess(['eval', 'retrieval', ...quick, '-m', withoutG]);
    expect([all.code, all.stderr]).toEqual([
      0,
      'retrieval of InternVL-G is left out: the model has weights of InternVL-C alone\n',
    ]);
    expect(all.stdout).toMatch(
      /^scenes, InternVL-C, en: text to image R@1 +\d+\.\d % +\[\d+\.\d, \d+\.\d\] +25$/m,
    );
    const captions = await runInProcess(['eval', 'captions', ...quick, '-m', withoutG]);
    expect([captions.code, captions.stdout]).toEqual([3, '']);
    const queries = await runInProcess([
      'eval',
      'retrieval',
      '--mode',
      'InternVL-G',
      ...quick,
      '-m',
      withoutG,
    ]);
    expect(queries.code).toBe(3);
  });

  test('ends when it is interrupted', { timeout: 120_000 }, async () => {
    const argv = ['eval', 'retrieval', ...quick, '-m', withoutG];
    const ended = await runInProcess(argv, { onPrint: (interrupt) => interrupt.abort() });
    expect(ended.code).toBe(130);
    expect(ended.stdout.trim().split('\n').length).toBeLessThan(8);
  });

  test.each([
    [['eval', 'vqa'], 'expected what to measure: all, emojiworld, retrieval, captions; got vqa'],
    [['eval', 'all', 'captions'], 'got all captions'],
    [['eval', '--samples', '0'], '--samples expects a whole number from 1'],
    [['eval', '--svg', 'results.txt'], '--svg expects a file that ends in .png or .svg'],
  ])('%j is refused', async (argv, message) => {
    const { code, stderr } = await runInProcess(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
