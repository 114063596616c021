import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { expect, test } from 'vitest';

import { everydayNames } from '../../src/emojiworld/everyday.js';
import { sceneStyles, trainingStyles } from '../../src/emojiworld/icons.js';
import { pictures, picturesReadme, writePictures } from '../../src/emojiworld/pictures.js';
import { scenePictures } from '../../src/emojiworld/scene-pictures.js';

const files = [
  ...pictures.map(({ name }) => `${name}.png`),
  ...scenePictures.map(({ name }) => `scenes/${name}.png`),
];
const folder = new URL('../../docs/pictures/', import.meta.url);

test('the pictures of the repository are what the script draws, to the pixel', async () => {
  const other = await mkdtemp(join(tmpdir(), 'pictures-'));
  try {
    const written = await writePictures(other);
    expect(written).toHaveLength(files.length + 1);
    for (const name of files) {
      const committed = PNG.sync.read(await readFile(new URL(name, folder)));
      const drawn = PNG.sync.read(await readFile(join(other, name)));
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
  for (const name of files) expect(text).toMatch(new RegExp(`\\(${name}\\).*(MIT|Apache-2.0|CC-BY-4.0) \\|`));
});

test('pictures show everyday concepts, and never a held-out style', () => {
  for (const { concept, style } of pictures) {
    expect(everydayNames.has(concept)).toBe(true);
    expect(trainingStyles).toContain(style);
  }
  for (const { concepts, style } of scenePictures) {
    for (const concept of concepts) expect(everydayNames.has(concept)).toBe(true);
    expect(sceneStyles).toContain(style);
  }
});
