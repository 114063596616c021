import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { temporaryFolder } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';

const folder = temporaryFolder();
afterAll(folder.remove);

test('a sample is written, and its files are listed', async () => {
  const out = join(folder.path, 'sample');
  const cache = join(folder.path, 'cache');
  const { code, stdout, stderr } = await runInProcess([
    'emojiworld',
    'sample',
    out,
    '--cache',
    cache,
    '--json',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  const files = JSON.parse(stdout) as string[];
  expect(files).toHaveLength(14);
  expect(files.filter((file) => file !== join(out, basename(file)) || !existsSync(file))).toEqual([]);
});

test.each([[['emojiworld']], [['emojiworld', 'draw', 'x']], [['emojiworld', 'sample', 'x', 'y']]])(
  '%j is refused with what is expected',
  async (argv) => {
    const { code, stderr } = await runInProcess(argv);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected: sample FOLDER/);
  },
);
