import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';

import { everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { contactSheet } from '../../src/emojiworld/contact-sheet.js';
import { writeSample } from '../../src/emojiworld/sample.js';

test('a sample is five sheets and the captions of its scenes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    const concepts = everydayConcepts(await loadConcepts()).slice(0, 12);
    const files = await writeSample(folder, concepts, 1);
    expect(files.map((file) => basename(file))).toEqual([
      'clean.png',
      'moderate.png',
      'strong.png',
      'held-out.png',
      'scenes.png',
      'scenes.txt',
    ]);
    expect(PNG.sync.read(await readFile(join(folder, 'scenes.png'))).width).toBe(12 * 66 + 2);
    const captions = await readFile(join(folder, 'scenes.txt'), 'utf8');
    expect(captions.match(/^scene \d+$/gm)).toHaveLength(96);
    expect(captions.match(/^ {2}(en|zh|ja|ar|it): .+$/gm)).toHaveLength(96 * 5);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a sheet places pictures row by row, and refuses none and other sizes', () => {
  const red = Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? 255 : 0));
  const blue = Uint8Array.from({ length: 12 }, (_, i) => (i % 3 === 2 ? 255 : 0));
  const sheet = contactSheet([red, red, blue], 2, 2);
  const at = (x: number, y: number) => [
    ...sheet.data.subarray((y * sheet.width + x) * 4, (y * sheet.width + x) * 4 + 4),
  ];
  expect([sheet.width, sheet.height]).toEqual([10, 10]);
  expect(at(6, 2)).toEqual([255, 0, 0, 255]);
  expect(at(3, 7)).toEqual([0, 0, 255, 255]);
  expect(at(6, 6)).toEqual([160, 160, 160, 255]);
  expect(() => contactSheet([], 2, 2)).toThrow('expected at least one picture, got none');
  expect(() => contactSheet([red, new Uint8Array(3)], 2, 2)).toThrow(
    'expected picture 1 to have 12 bytes, got 3',
  );
});
