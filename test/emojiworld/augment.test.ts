import { beforeAll, expect, test } from 'vitest';

import { augment, heldOut, moderate, renderClean, strong } from '../../src/emojiworld/augment.js';
import { loadConcepts } from '../../src/emojiworld/concepts.js';
import { type Icon, loadIcons } from '../../src/emojiworld/icons.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { pickStyle, type StyleKind, styleKinds, stylise } from '../../src/emojiworld/stylise.js';

let icons: readonly Icon[];
let dog: Icon;
beforeAll(async () => {
  const concepts = (await loadConcepts()).filter(({ id }) =>
    ['1f415', '1f355', '1f697', '1f333'].includes(id),
  );
  icons = await loadIcons(concepts, ['noto', 'twemoji'], 64);
  dog = icons.find(({ concept }) => concept === '1f415') as Icon; // asked for above
});

/** A picture of one colour everywhere, with alpha. */
const plainIcon = (size: number, rgba: readonly number[]): Icon => {
  const data = Uint8Array.from({ length: size * size * 4 }, (_, i) => rgba[i % 4] ?? 0);
  return { concept: 'none', style: 'noto', size, rgba: data };
};

test('the clean picture is the icon on white, at its own size and averaged at half of it', () => {
  const same = renderClean(dog, 64);
  const half = renderClean(dog, 32);
  const onWhite = (x: number, y: number, c: number) => {
    const at = (y * 64 + x) * 4;
    const alpha = (dog.rgba[at + 3] ?? 0) / 255;
    return (dog.rgba[at + c] ?? 0) * alpha + 255 * (1 - alpha);
  };
  for (let i = 0; i < 32 * 32; i++) {
    const x = (i % 32) * 2;
    const y = Math.floor(i / 32) * 2;
    const mean =
      (onWhite(x, y, 0) + onWhite(x + 1, y, 0) + onWhite(x, y + 1, 0) + onWhite(x + 1, y + 1, 0)) / 4;
    expect(Math.abs((same[(y * 64 + x) * 3] ?? 0) - onWhite(x, y, 0))).toBeLessThanOrEqual(1.5);
    expect(Math.abs((half[i * 3] ?? 0) - mean)).toBeLessThanOrEqual(2);
  }
});

test('transparent colour does not bleed: white beneath alpha 0 leaves no halo', () => {
  const size = 16;
  const rgba = new Uint8Array(size * size * 4).fill(255);
  for (let i = 0; i < size * size; i++) {
    if (i % size < 8) rgba.set([0, 0, 0, 255], i * 4);
    else rgba[i * 4 + 3] = 0;
  }
  const picture = renderClean({ concept: 'none', style: 'noto', size, rgba }, 16);
  expect([picture[0], picture[7 * 3], picture[8 * 3], picture[15 * 3]]).toEqual([0, 0, 255, 255]);
  const half = augment({ concept: 'none', style: 'noto', size, rgba }, 16, createRandom(1), {
    ...moderate,
    gray: 0,
    background: 'white',
  });
  for (let i = 0; i < half.length; i += 3) expect(half[i]).toBe(half[i + 1]); // greys only
});

test('half transparent red on white is pink', () => {
  expect([...renderClean(plainIcon(8, [255, 0, 0, 128]), 4).subarray(15, 18)]).toEqual([255, 127, 127]);
});

test('the same state gives the same pictures, also continued from a stored state', () => {
  for (const options of [moderate, heldOut, strong]) {
    const random = createRandom(11, 'test');
    for (let i = 0; i < 5; i++) augment(dog, 32, random, options);
    const state = random.state();
    const next = Array.from({ length: 6 }, () => augment(dog, 32, random, options));
    const again = createRandom(0);
    again.restore(state);
    for (const picture of next) expect(Buffer.compare(augment(dog, 32, again, options), picture)).toBe(0);
  }
});

test('pictures differ, and the icon can be seen on every ground', () => {
  const random = createRandom(2, 'test');
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const icon = icons[i % icons.length] as Icon; // inside the list
    const picture = augment(icon, 32, random, strong);
    seen.add(Buffer.from(picture).toString('base64'));
    expect(deviation(picture)).toBeGreaterThan(8);
  }
  expect(seen.size).toBe(200);
});

test('every style keeps size and place of the drawing and leaves the icon unchanged', () => {
  const before = Uint8Array.from(dog.rgba);
  for (const kind of styleKinds) {
    for (let seed = 0; seed < 10; seed++) {
      const other = stylise(dog, kind, createRandom(seed));
      expect(other.rgba).toHaveLength(dog.rgba.length);
      expect(Buffer.compare(other.rgba, dog.rgba)).not.toBe(0);
      const alphas = other.rgba.filter((_, i) => i % 4 === 3);
      expect(alphas.reduce((sum, alpha) => sum + alpha, 0) / 255 / (64 * 64)).toBeGreaterThan(0.03);
    }
  }
  expect(Buffer.compare(before, dog.rgba)).toBe(0);
});

test('two-tone and line drawings hold no colour', () => {
  for (const kind of ['twoTone', 'lines'] as const) {
    const { rgba } = stylise(dog, kind, createRandom(4));
    for (let i = 0; i < rgba.length; i += 4) {
      expect(rgba[i] === rgba[i + 1] && rgba[i] === rgba[i + 2]).toBe(true);
    }
  }
});

test('styles come at their shares', () => {
  const random = createRandom(5, 'styles');
  const counts = new Map<StyleKind, number>();
  for (let i = 0; i < 7500; i++) {
    const kind = pickStyle(random);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const expected = { lines: 1500, twoTone: 1500, outlined: 2500, posterised: 1000, permuted: 1000 };
  for (const [kind, count] of counts) expect(Math.abs(count - expected[kind])).toBeLessThan(120);
  expect([...counts.keys()].sort()).toEqual(Object.keys(expected).sort());
});

test('an outlined drawing has flat colours, and black lines where alpha ends and colours meet', () => {
  const size = 32;
  const rgba = new Uint8Array(size * size * 4); // a square, the left half two yellows in turn, the right half blue
  for (let y = 8; y < 24; y++) {
    for (let x = 8; x < 24; x++)
      rgba.set(x < 16 ? [250 - 10 * (y % 2), 240, 80, 255] : [20, 30, 200, 255], (y * size + x) * 4);
  }
  for (let seed = 0; seed < 20; seed++) {
    const { rgba: drawn } = stylise({ size, rgba }, 'outlined', createRandom(seed));
    const at = (x: number, y: number) => [...drawn.subarray((y * size + x) * 4, (y * size + x) * 4 + 4)];
    for (const [x, y] of [
      [8, 12],
      [23, 12],
      [12, 8],
      [20, 23],
    ] as const) {
      const [red = 255, green = 255, blue = 255, alpha = 0] = at(x, y);
      expect(alpha).toBe(255);
      expect(Math.max(red, green, blue)).toBeLessThan(80); // the rim, at least as dark as the weakest lines make it
    }
    expect(at(15, 16)[0]).toBeLessThan(150); // where yellow meets blue
    expect(at(1, 1)).toEqual([0, 0, 0, 0]);
    expect(at(11, 15)).toEqual(at(11, 16)); // one yellow
    expect(at(7, 12)[3]).toBeGreaterThan(0); // lines reach outside of what was drawn
  }
});

test('a bend changes the picture and takes five random numbers; without one none are taken', () => {
  const options = { ...strong, style: 0, background: 'white' as const };
  const [straight, bent] = [0, 1].map((bend) => {
    const random = createRandom(8);
    const picture = augment(dog, 32, random, { ...options, bend });
    return { picture, taken: random.state()[3] };
  });
  expect((bent?.taken ?? 0) - (straight?.taken ?? 0)).toBe(5);
  expect(bent?.picture).not.toEqual(straight?.picture);
});

test('throughput is printed', () => {
  for (const [name, options] of Object.entries({ moderate, strong })) {
    const random = createRandom(1);
    for (let i = 0; i < 300; i++) augment(icons[i % icons.length] as Icon, 32, random, options); // warm-up
    const start = performance.now();
    for (let i = 0; i < 1500; i++) augment(icons[i % icons.length] as Icon, 32, random, options);
    console.info(
      `${name}: ${Math.round(1_500_000 / (performance.now() - start))} pictures of 32 px a second`,
    );
  }
  expect(augment(dog, 32, createRandom(1), moderate)).toHaveLength(32 * 32 * 3);
});

/** Standard deviation of the bytes around each channel's mean. */
function deviation(picture: Uint8Array): number {
  const pixels = picture.length / 3;
  const means = [0, 1, 2].map(
    (c) => picture.filter((_, i) => i % 3 === c).reduce((s, v) => s + v, 0) / pixels,
  );
  const squares = picture.reduce((sum, value, i) => sum + (value - (means[i % 3] ?? 0)) ** 2, 0);
  return Math.sqrt(squares / picture.length);
}

test('small icons stand anywhere, whole, as small as in scenes', () => {
  const white = { ...moderate, background: 'white', gray: 0, rotation: 0, small: 1 } as const;
  const black = plainIcon(64, [0, 0, 0, 255]);
  const boxes = Array.from({ length: 60 }, (_, seed) => {
    const picture = augment(black, 48, createRandom(seed), white);
    const dark = Array.from({ length: 48 * 48 }, (_, i) => i).filter((i) => (picture[3 * i] ?? 255) < 128);
    return { side: Math.sqrt(dark.length), left: Math.min(...dark.map((i) => i % 48)) };
  });
  const sides = boxes.map(({ side }) => side / 48);
  expect(Math.min(...sides)).toBeGreaterThan(0.27);
  expect(Math.min(...sides)).toBeLessThan(0.34);
  expect(Math.max(...sides)).toBeGreaterThan(0.6);
  expect(Math.max(...sides)).toBeLessThan(0.72);
  for (const { side, left } of boxes) expect(left + side).toBeLessThan(49.5);
  expect(Math.min(...boxes.map(({ left }) => left))).toBeLessThan(4);
  expect(Math.max(...boxes.map(({ left }) => left))).toBeGreaterThan(20);
});
