import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Concept, loadConcepts } from '../../src/emojiworld/concepts.js';
import { heldOutStyles, loadIcons, type Style, trainingStyles } from '../../src/emojiworld/icons.js';
import { straightAlpha } from '../../src/emojiworld/rasterise.js';

const styles: readonly Style[] = [...trainingStyles, ...heldOutStyles];
let folder: string;
let all: readonly Concept[];
const chosen = (...ids: string[]) => all.filter(({ id }) => ids.includes(id));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'emojiworld-'));
  all = await loadConcepts();
});
afterAll(() => rm(folder, { recursive: true }));

test('no held-out style is among those trained on', () => {
  expect(trainingStyles).toEqual(['noto', 'twemoji', 'fluent-emoji-flat', 'emojione']);
  expect(heldOutStyles).toEqual(['noto-v1', 'fluent-emoji-high-contrast', 'openmoji']);
  expect(new Set(styles).size).toBe(7);
});

test('every style draws a dog; what a style does not draw is left out', async () => {
  const dogs = await loadIcons(chosen('1f415'), styles, 32);
  expect(dogs.map(({ style }) => style)).toEqual(styles);
  for (const { rgba } of dogs) expect(rgba).toHaveLength(32 * 32 * 4);
  const chairs = await loadIcons(chosen('1fa91'), styles, 16); // newer than emojione and noto-v1
  expect(chairs.map(({ style }) => style)).toEqual(styles.filter((s) => s !== 'emojione' && s !== 'noto-v1'));
});

test('a name that another concept owns is not followed: emojione draws the game of cricket, not the insect', async () => {
  const games = await loadIcons(chosen('1f3cf', '1f997'), ['emojione', 'noto-v1'], 16);
  expect(games.map(({ concept }) => concept)).toEqual(['1f3cf', '1f3cf']);
});

test('alpha is straight: half-covered edges of a red circle are as red as its middle', async () => {
  const [circle] = await loadIcons(chosen('1f534'), ['twemoji'], 64);
  const pixels = Array.from({ length: 64 * 64 }, (_, i) => [
    ...(circle?.rgba.subarray(i * 4, i * 4 + 4) ?? []),
  ]);
  const [red, green, blue, alpha] = pixels[32 * 64 + 32] ?? [];
  expect(alpha).toBe(255);
  expect(pixels[0]).toEqual([0, 0, 0, 0]);
  const edge = pixels.filter(([, , , a = 0]) => a > 100 && a < 200);
  expect(edge.length).toBeGreaterThan(10);
  for (const [r = 0, g = 0, b = 0] of edge) {
    expect(
      Math.max(Math.abs(r - (red ?? 0)), Math.abs(g - (green ?? 0)), Math.abs(b - (blue ?? 0))),
    ).toBeLessThan(4);
  }
});

test('straight alpha undoes the multiplication', () => {
  expect([...straightAlpha(new Uint8Array([50, 100, 0, 100, 9, 9, 9, 0, 7, 8, 9, 255]))]).toEqual([
    128, 255, 0, 100, 0, 0, 0, 0, 7, 8, 9, 255,
  ]);
});

test('drawings with parts far outside their square, on which resvg fails, are drawn', async () => {
  const [parcel] = await loadIcons(chosen('1f4e6'), ['noto'], 32);
  const middle = (16 * 32 + 16) * 4;
  const [red = 0, green = 0, blue = 0, alpha = 0] = parcel?.rgba.subarray(middle, middle + 4) ?? [];
  expect(alpha).toBe(255);
  expect(red > green && green > blue).toBe(true); // cardboard
});

test('the cache gives the same icons and is used', async () => {
  const concepts = chosen('1f415', '1f355', '1f697');
  const cacheFolder = join(folder, 'cache');
  const first = await loadIcons(concepts, trainingStyles, 24, { cacheFolder });
  const [name = ''] = await readdir(cacheFolder);
  expect(await readdir(cacheFolder)).toEqual([expect.stringMatching(/^icons-24-[0-9a-f]{16}\.bin$/)]);

  let drawn = 0;
  const progress = () => drawn++;
  const second = await loadIcons(concepts, trainingStyles, 24, { cacheFolder, progress });
  expect(drawn).toBe(0);
  expect(second.map(({ concept, style }) => [concept, style])).toEqual(
    first.map((icon) => [icon.concept, icon.style]),
  );
  expect(Buffer.concat(second.map(({ rgba }) => rgba))).toEqual(Buffer.concat(first.map(({ rgba }) => rgba)));

  await loadIcons(concepts.slice(1), trainingStyles, 24, { cacheFolder, progress });
  expect(drawn).toBe(8); // another choice, another file
  const bytes = await readFile(join(cacheFolder, name));
  await writeFile(join(cacheFolder, name), bytes.subarray(0, bytes.length - 1));
  await expect(loadIcons(concepts, trainingStyles, 24, { cacheFolder })).rejects.toThrow(
    /bytes, got .*; delete the file/,
  );
  await writeFile(join(cacheFolder, name), 'something else');
  await expect(loadIcons(concepts, trainingStyles, 24, { cacheFolder })).rejects.toThrow('delete the file');
});

test('a signal stops the drawing, and sizes are checked', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(loadIcons(chosen('1f415'), ['noto'], 16, { signal })).rejects.toThrow('enough');
  await expect(loadIcons(chosen('1f415'), ['noto'], 0)).rejects.toThrow(
    'expected an icon size of at least 1, got 0',
  );
});
