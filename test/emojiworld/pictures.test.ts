import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';

import { everydayNames } from '../../src/emojiworld/everyday.js';
import { trainingStyles } from '../../src/emojiworld/icons.js';
import { pictures, picturesReadme, writePictures } from '../../src/emojiworld/pictures.js';

const folder = new URL('../../docs/pictures/', import.meta.url);

test('the pictures of the repository are what the script draws, to the pixel', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pictures-'));
  try {
    const written = await writePictures(other);
    expect(written).toHaveLength(pictures.length + 1);
    for (const { name } of pictures) {
      const committed = PNG.sync.read(await readFile(new URL(`${name}.png`, folder)));
      const drawn = PNG.sync.read(await readFile(join(other, `${name}.png`)));
      expect([drawn.width, drawn.height]).toEqual([160, 160]);
      expect(Buffer.compare(committed.data, drawn.data), name).toBe(0);
    }
  } finally {
    await rm(other, { recursive: true });
  }
});

test('the README names artist and licence of each picture and is up to date', async () => {
  const text = await readFile(new URL('README.md', folder), 'utf8');
  expect(text).toBe(await picturesReadme());
  for (const { name } of pictures)
    expect(text).toMatch(new RegExp(`${name}\\.png.*(MIT|Apache-2.0|CC-BY-4.0) \\|`));
});

test('pictures show everyday concepts, and never a held-out style', () => {
  for (const { concept, style } of pictures) {
    expect(everydayNames.has(concept)).toBe(true);
    expect(trainingStyles).toContain(style);
  }
});
