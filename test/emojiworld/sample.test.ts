import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Concept, everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { contactSheet } from '../../src/emojiworld/contact-sheet.js';
import { trainingStyles } from '../../src/emojiworld/icons.js';
import { noiseKinds } from '../../src/emojiworld/noise.js';
import { writeSample } from '../../src/emojiworld/sample.js';
import { sampleNoise } from '../../src/emojiworld/sample-texts.js';
import { makeScene } from '../../src/emojiworld/scene.js';
import { sceneSeeds } from '../../src/emojiworld/splits.js';

let folder: string;
let concepts: readonly Concept[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-'));
  concepts = everydayConcepts(await loadConcepts()).slice(0, 12);
});
afterAll(() => rm(folder, { recursive: true }));

const sizeOf = async (file: string) => {
  const { width, height } = PNG.sync.read(await readFile(file));
  return [(width - 2) / 66, (height - 2) / 66]; // in pictures of 64 pixels, 2 apart
};

test('a sample is eleven sheets and three texts; the same seed gives the same bytes', async () => {
  const files = await writeSample(join(folder, 'first'), concepts, 1);
  expect(files.map((file) => basename(file))).toEqual([
    'clean.png',
    'moderate.png',
    'strong.png',
    'held-out-augmentation.png',
    'style-changes.png',
    'held-out-style-noto-v1.png',
    'held-out-style-fluent-emoji-high-contrast.png',
    'held-out-style-openmoji.png',
    'scenes.png',
    'masks.png',
    'scenes.txt',
    'clips.png',
    'clips.txt',
    'noise.txt',
  ]);
  await writeSample(join(folder, 'again'), concepts, 1);
  for (const file of files) {
    const again = await readFile(join(folder, 'again', basename(file)));
    expect(Buffer.compare(await readFile(file), again), file).toBe(0);
  }
});

test('another seed gives other texts', () => {
  expect(sampleNoise(concepts, 2)).not.toBe(sampleNoise(concepts, 1));
});

test('sheets have a picture for each concept, change, scene, mask and frame', async () => {
  const sizes = ['clean', 'style-changes', 'scenes', 'masks', 'clips'].map((name) =>
    sizeOf(join(folder, 'first', `${name}.png`)),
  );
  expect(await Promise.all(sizes)).toEqual([
    [12, 1],
    [12, 5],
    [12, 8],
    [12, 16],
    [8, 16],
  ]);
});

test('masks are black where nobody stands, and each of four actors has a colour', async () => {
  const scenes = sceneSeeds('train', 96, 1000).map((seed) =>
    makeScene(seed, { concepts, styles: trainingStyles }),
  );
  const at = scenes.findIndex(({ facts }) => facts.kind === 'count' && facts.count === 4);
  expect(at).toBeGreaterThanOrEqual(0);
  const { data, width } = PNG.sync.read(await readFile(join(folder, 'first', 'masks.png')));
  const cell = 2 * at + 1; // scene and masks take turns
  const [left, top] = [2 + (cell % 12) * 66, 2 + Math.floor(cell / 12) * 66];
  const colours = new Set<string>();
  for (let i = 0; i < 64 * 64; i++) {
    const pixel = ((top + Math.floor(i / 64)) * width + left + (i % 64)) * 4;
    colours.add(data.subarray(pixel, pixel + 3).join(' '));
  }
  for (const colour of ['0 0 0', '255 90 90', '90 220 120', '100 140 255', '255 220 80']) {
    expect(colours).toContain(colour);
  }
});

test('texts hold a caption in nine languages for each scene and clip, and every kind of noise', async () => {
  const [scenes = '', clips = '', noise = ''] = await Promise.all(
    ['scenes', 'clips', 'noise'].map((name) => readFile(join(folder, 'first', `${name}.txt`), 'utf8')),
  );
  const caption = /^ {2}(en|zh|ja|ar|it|es|fr|ko|ru): .+$/gm;
  expect(scenes.match(/^scene \d+$/gm)).toHaveLength(96);
  expect(scenes.match(caption)).toHaveLength(96 * 9);
  expect(clips.match(/^clip \d+: [a-z ]+$/gm)).toHaveLength(16);
  expect(clips.match(caption)).toHaveLength(16 * 9);
  const [head, ...rows] = noise
    .trimEnd()
    .split('\n')
    .map((row) => row.split('\t'));
  expect(head).toEqual(['concept', 'language', 'kind', 'text']);
  expect(rows).toHaveLength(5 * 9 * 3);
  for (const row of rows) expect(row).toHaveLength(4);
  expect([...new Set(rows.map(([, , kind]) => kind))]).toEqual([...noiseKinds]);
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
