import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

import { columnsOf } from '../../src/visual/columns.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';

const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const dog = join(pictures, 'dog.png');
const folder = temporaryFolder();
afterAll(folder.remove);
const widest = (text: string): number => Math.max(...text.split('\n').map(columnsOf));
const coloured = { FORCE_COLOR: '3' };

describe('internvl classify --show', () => {
  const argv = ['classify', dog, '-l', 'dog,红绿灯', '--show'];

  test('shows the picture on stderr; stdout stays what it is', async () => {
    const [shown, plain] = [await runInProcess(argv), await runInProcess(argv.slice(0, -1))];
    expect([shown.code, shown.stdout, plain.stderr]).toEqual([0, plain.stdout, '']);
    const lines = shown.stderr.split('\n');
    expect(lines.slice(0, 16).every((line) => /^[ ░▒▓█]*$/.test(line))).toBe(true); // 32 columns wide
    expect(lines.slice(16)).toEqual([expect.stringMatching(/dog\.png$/), 'as the model sees it', '', '']);
  });

  test('with --json the bars, too, aligned behind labels of any script, and stdout is JSON', async () => {
    const { code, stdout, stderr } = await runInProcess([...argv, '--json']);
    expect([code, JSON.parse(stdout).labels]).toEqual([0, 2]);
    const [first, second] = stderr.trimEnd().split('\n').slice(-2);
    expect(first).toMatch(/^ +\d+\.\d % {2}dog {5}█+.?$/);
    expect(second).toMatch(/^ +\d+\.\d % {2}红绿灯/);
  });

  test('beside it what --attention-of names, in colours where there are any, as wide as there is room', async () => {
    const parts = ['--attention-of', 'pool', '--attention-of', 'vit:1'];
    const wide = await runInProcess([...argv, ...parts], { columns: 100, env: coloured });
    expect(wide.code).toBe(0);
    const halves = wide.stderr.split('\n')[0]?.split('▀\u001b[0m') ?? [];
    expect(halves).toHaveLength(96 + 1); // three pictures of 32 columns
    expect(halves[95]).toMatch(/^.\[38;2;\d+;\d+;\d+m.\[48;2;\d+;\d+;\d+m$/);
    expect(wide.stderr).toMatch(/as the model sees it +mean of 4 heads +mean of \d heads/);
    const narrow = await runInProcess([...argv, ...parts], { columns: 30, env: { NO_COLOR: '1' } });
    expect(widest(narrow.stderr)).toBeLessThanOrEqual(30);
    expect(narrow.stderr).not.toContain('\u001b');
    expect(narrow.stderr).toMatch(/peak \d+\.\d %/);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('is nothing when quiet; --attention-of needs a place to be drawn in', async () => {
    expect((await runInProcess([...argv, '--quiet'])).stderr).toBe('');
    const { code, stderr } = await runInProcess(['classify', dog, '-l', 'a', '--attention-of', 'pool']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--attention-of expects --attention FILE or --show, got neither'),
    ]);
  });
});

describe('matrices', () => {
  test('retrieve --show is a table as wide as the terminal, beside JSON', async () => {
    const argv = ['retrieve', pictures, '-t', 'a dog', '-t', '猫', '--show', '--json'];
    const { code, stdout, stderr } = await runInProcess(argv, { columns: 60 });
    expect([code, widest(stderr) <= 60]).toEqual([0, true]);
    const [best] = JSON.parse(stdout).textToImage[0].matches;
    expect(stderr).toContain(`*${best.cosine.toFixed(2)}`);
    expect(stderr.match(/^a dog /gm)).toHaveLength(3); // of 15 pictures six find room
    expect(stderr).toMatch(/^15 umbrella\.png$/m);
  });

  test('embed --show is of the inputs, beside their vectors', async () => {
    const { code, stdout, stderr } = await runInProcess(['embed', dog, '-t', '一只狗', '--show']);
    expect([code, JSON.parse(stdout).texts[0].name]).toEqual([0, '一只狗']);
    expect(stderr.split('\n').slice(1, 3).join('|')).toMatch(
      /1\.00█ +\*0\.\d\d *\|一只狗 +\*0\.\d\d +1\.00█$/,
    );
  });

  test('too many are refused before anything is computed', async () => {
    const texts = Array.from({ length: 101 }, (_, i) => ['-t', `text ${i}`]).flat();
    const { code, stdout, stderr } = await runInProcess(['embed', ...texts, '--show']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--show expects at most 100 inputs, got 101 inputs');
  });
});

describe('lines', () => {
  const parity = [
    'parity',
    'test/fixtures/reference',
    '--case',
    'tiny-14b/vit,tiny-14b/pool-query',
    '--show',
  ];

  test('parity --show is a spark a case, beside its line', async () => {
    const { code, stdout, stderr } = await runInProcess(parity);
    expect([code, stdout.trim().split('\n')]).toEqual([0, Array(2).fill(expect.stringMatching(/ok$/))]);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(/^ {2}[▁-█] {2}pooled$/),
      expect.stringMatching(/^ {2}[▁-█]{13} {2}embeddings … block\.4$/),
      expect.stringMatching(/^█ all of the limit or more, /),
      ...['2 ok, 0 failed', ''],
    ]);
  });

  test('with --json their names are told, and stdout is JSON', async () => {
    const { stdout, stderr } = await runInProcess([...parity, '--json']);
    expect(JSON.parse(stdout)).toHaveLength(2);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'tiny-14b/pool-query',
      expect.any(String),
      'tiny-14b/vit',
    ]);
  });

  test('train curve --show needs no file', async () => {
    const log = join(folder.path, 'a.jsonl');
    writeFileSync(log, [3, 2, 1].map((loss, step) => `${JSON.stringify({ step, loss })}\n`).join(''));
    const { code, stdout, stderr } = await runInProcess(['train', 'curve', log, '--show']);
    expect([code, stdout, stderr.split('\n')[0]]).toEqual([0, '', log]);
    expect(stderr).toMatch(/^ {2}3\.000 █$/m);
  });
});

test.each(['classify', 'retrieve', 'embed', 'parity', 'train'])('%s --help explains --show', async (name) => {
  const { stdout } = await runInProcess([name, '--help']);
  expect(stdout).toMatch(/^ {2}--show +show .*/m);
  expect(stdout.replace(/\s+/g, ' ')).toContain('on the terminal (stderr), as wide as it is');
});
