import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

import { blocks, pages } from '../architecture/markdown.js';
import { root } from '../architecture/source-files.js';

/** Beside the packages that programs import. */
const folder = join(root, '.cache', `programs-${process.pid}`);
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

/** Blocks of TypeScript that import from the source are whole programs; others are parts of one. */
const programs = pages().flatMap(({ path, text }) =>
  blocks(text, 'ts')
    .filter((code) => /from '\.\/src\//.test(code))
    .map((code) => ({ path, code })),
);

test('there are programs', () => expect(programs.length).toBeGreaterThan(3));

test.each(programs)('the program of $path runs, and says something', async ({ path, code }) => {
  const file = join(folder, `${path.replaceAll('/', '-')}.mts`);
  writeFileSync(file, code.replaceAll("from './src/", "from '../../src/"));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
  });
  expect(stdout.length).toBeGreaterThan(0);
  expect(stderr).toBe('');
});
