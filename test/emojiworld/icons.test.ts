import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Concept, everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { heldOutStyles, loadIcons, type Style, trainingStyles } from '../../src/emojiworld/icons.js';
import { makePyramid } from '../../src/emojiworld/pyramid.js';
import { openDrawings, straightAlpha } from '../../src/emojiworld/rasterise.js';

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
  expect(trainingStyles.slice(0, 4)).toEqual(['noto', 'twemoji', 'fluent-emoji-flat', 'emojione']);
  expect(trainingStyles.slice(4)).toEqual(['emojione-monotone', 'fxemoji']);
  expect(heldOutStyles).toEqual(['noto-v1', 'fluent-emoji-high-contrast', 'openmoji']);
  expect(new Set(styles).size).toBe(9);
});

test.each<[Style, all: number, everyday: number]>([
  ['noto', 1369, 240],
  ['twemoji', 1369, 240],
  ['fluent-emoji-flat', 1369, 240],
  ['emojione', 1041, 215],
  ['emojione-monotone', 1038, 215],
  ['fxemoji', 464, 142],
  ['noto-v1', 1069, 216],
  ['fluent-emoji-high-contrast', 1369, 240],
  ['openmoji', 1369, 240],
])('%s draws %i of the concepts and %i of the everyday ones', async (style, count, everyday) => {
  const drawingOf = await openDrawings(style);
  const drawn = (concepts: readonly Concept[]) =>
    concepts.filter((concept) => drawingOf(concept) !== undefined).length;
  expect(drawn(all)).toBe(count);
  expect(drawn(everydayConcepts(all))).toBe(everyday);
});

test.each<[Style, string[]]>([
  ['emojione', []],
  ['emojione-monotone', ['⚫🌑🔴', '💙💚💜', '🔶🔷', '🔸🔹']], // apart by colour alone
  ['fxemoji', []],
  ['noto-v1', []],
])('no drawing of %s, found by its name, serves two concepts but %j', async (style, expected) => {
  const drawingOf = await openDrawings(style);
  const emojiOf = new Map<string, string>();
  for (const concept of all) {
    const body = drawingOf(concept)?.body;
    if (body !== undefined) emojiOf.set(body, (emojiOf.get(body) ?? '') + concept.emoji);
  }
  const shared = [...emojiOf.values()].filter((emoji) => [...emoji].length > 1);
  expect(shared.sort()).toEqual(expected);
});

test('names without hyphens lead fxemoji to the thing meant: by colour for some, and to nothing for what it lacks', async () => {
  const colourOf = async (id: string) => {
    const [icon] = await loadIcons(chosen(id), ['fxemoji'], 32);
    return icon === undefined ? undefined : makePyramid(icon).mean;
  };
  const [red = 0, green = 0, blue = 0] = (await colourOf('1f345')) ?? []; // tomato
  expect(red).toBeGreaterThan(2 * Math.max(green, blue));
  const [frogRed = 0, frogGreen = 0, frogBlue = 0] = (await colourOf('1f438')) ?? [];
  expect(frogGreen).toBeGreaterThan(1.2 * Math.max(frogRed, frogBlue));
  const [lemonRed = 0, lemonGreen = 0, lemonBlue = 0] = (await colourOf('1f34b')) ?? [];
  expect(Math.min(lemonRed, lemonGreen)).toBeGreaterThan(1.5 * lemonBlue);
  const [waterRed = 0, , waterBlue = 0] = (await colourOf('1f42c')) ?? []; // dolphin
  expect(waterBlue).toBeGreaterThan(1.5 * waterRed);
  for (const id of ['1f997', '1f60e']) expect(await colourOf(id), id).toBeUndefined();
});

test('emojione-monotone is black and nothing', async () => {
  for (const { rgba } of await loadIcons(chosen('1f415', '1f34e', '1f697'), ['emojione-monotone'], 32)) {
    const tones = rgba.filter((_, i) => i % 4 !== 3);
    expect(Math.max(...tones)).toBe(0);
    expect(Math.max(...rgba)).toBe(255);
  }
});

test('every style draws a dog; what a style does not draw is left out', async () => {
  const dogs = await loadIcons(chosen('1f415'), styles, 32);
  expect(dogs.map(({ style }) => style)).toEqual(styles);
  for (const { rgba } of dogs) expect(rgba).toHaveLength(32 * 32 * 4);
  const chairs = await loadIcons(chosen('1fa91'), styles, 16); // newer than the others
  expect(chairs.map(({ style }) => style)).toEqual([
    'noto',
    'twemoji',
    'fluent-emoji-flat',
    'fluent-emoji-high-contrast',
    'openmoji',
  ]);
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
  expect(drawn).toBe(2 * trainingStyles.length); // another choice, another file
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
