import { beforeAll, expect, test } from 'vitest';

import { clipCaption, clipCaptions } from '../../src/emojiworld/captions.js';
import { type Clip, composeClip, makeClip, stageAt } from '../../src/emojiworld/clip.js';
import { type IconIndex, indexIcons } from '../../src/emojiworld/compose.js';
import { type Concept, everydayConcepts, languages, loadConcepts } from '../../src/emojiworld/concepts.js';
import { loadIcons } from '../../src/emojiworld/icons.js';
import { type Motion, motionPhrases, motions } from '../../src/emojiworld/motions.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { isNovelConcept } from '../../src/emojiworld/splits.js';
import { centreOfMass } from './masks.js';

const styles = ['twemoji'] as const;
let everyday: readonly Concept[];
let concepts: readonly Concept[];
let icons: IconIndex;
beforeAll(async () => {
  everyday = everydayConcepts(await loadConcepts());
  concepts = everyday.filter(({ id }) => !isNovelConcept(id)).slice(0, 8);
  icons = indexIcons(await loadIcons(concepts, styles, 64));
});

/** The first clip of a motion. */
const clipThat = (motion: Motion): Clip => {
  for (let seed = 0; ; seed++) {
    const clip = makeClip(seed, { concepts, styles });
    if (clip.motion === motion) return clip;
  }
};

test('a seed gives one clip, the same frames and the same caption', () => {
  for (let seed = 0; seed < 10; seed++) {
    const clip = makeClip(seed, { concepts, styles });
    expect(makeClip(seed, { concepts, styles })).toEqual(clip);
    const frames = () =>
      Buffer.concat(composeClip(clip, icons, 32).flatMap(({ rgb, masks }) => [rgb, ...masks]));
    expect(frames()).toHaveLength(8 * 32 * 32 * 4);
    expect(Buffer.compare(frames(), frames())).toBe(0);
    const caption = () => clipCaption(clip, 'en', createRandom(seed, 'captions'));
    expect(caption()).toBe(caption());
  }
});

test('every motion comes up, about as often as any other', () => {
  const counts = new Map<Motion, number>();
  for (let seed = 0; seed < 800; seed++) {
    const { motion } = makeClip(seed, { concepts, styles });
    counts.set(motion, (counts.get(motion) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([...motions].sort());
  for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
});

test.each<[Motion, (x: number, y: number, area: number) => boolean]>([
  ['moves to the right', (x, y, area) => x > 0.3 && Math.abs(y) < 0.02 && Math.abs(area - 1) < 0.1],
  ['moves to the left', (x, y, area) => x < -0.3 && Math.abs(y) < 0.02 && Math.abs(area - 1) < 0.1],
  ['rises', (x, y, area) => y < -0.3 && Math.abs(x) < 0.02 && Math.abs(area - 1) < 0.1],
  ['falls', (x, y, area) => y > 0.3 && Math.abs(x) < 0.02 && Math.abs(area - 1) < 0.1],
  ['grows', (_x, _y, area) => area > 4],
  ['shrinks', (_x, _y, area) => area < 1 / 4],
  ['stays still', (x, y, area) => x === 0 && y === 0 && area === 1],
])('an actor that %s does so in its masks', (motion, holds) => {
  const masks = composeClip(clipThat(motion), icons, 64).map((frame) => frame.masks[0] ?? new Uint8Array());
  const [x0, y0, area0] = centreOfMass(masks[0] ?? new Uint8Array(), 64);
  const [x1, y1, area1] = centreOfMass(masks.at(-1) ?? new Uint8Array(), 64);
  expect(holds(x1 - x0, y1 - y0, area1 / area0), `${x1 - x0} ${y1 - y0} ${area1 / area0}`).toBe(true);
});

test('an actor that turns clockwise keeps its place, and what was on top comes to the right', () => {
  const clip = clipThat('turns clockwise');
  const { start, end } = clip;
  expect([end.x, end.y, end.side]).toEqual([start.x, start.y, start.side]);
  const turned = start.rotation - end.rotation; // counter-clockwise is positive
  expect(turned).toBeGreaterThan(Math.PI);
  expect(turned).toBeLessThan(1.5 * Math.PI);
  const square = new Uint8Array(32 * 32 * 4).map((_, i) =>
    i % 4 === 3 || (i < 16 * 32 * 4 && i % 4 === 0) ? 255 : 0,
  );
  const redTop: IconIndex = (concept) => ({ concept, style: 'twemoji', size: 32, rgba: square });
  const still = { ...clip, start: { ...start, rotation: 0 }, end: { ...start, rotation: -Math.PI / 2 } };
  const [first, last] = composeClip(still, redTop, 64, [], 2).map(({ rgb }) => rgb);
  const at = (rgb: Uint8Array | undefined, dx: number, dy: number) =>
    rgb?.[(Math.round((start.y + dy) * 64) * 64 + Math.round((start.x + dx) * 64)) * 3];
  expect([at(first, 0, -0.1), at(first, 0, 0.1)]).toEqual([255, 0]);
  expect([at(last, 0.1, 0), at(last, -0.1, 0)]).toEqual([255, 0]);
});

test('the ground stays: outside of the actor no pixel changes', () => {
  for (let seed = 0; seed < 20; seed++) {
    const [first, ...rest] = composeClip(makeClip(seed, { concepts, styles }), icons, 32);
    for (const { rgb, masks } of rest) {
      const change = (i: number) => Math.abs((rgb[i] ?? 0) - (first?.rgb[i] ?? 0));
      const uncovered = (i: number) => masks[0]?.[i] === 0 && first?.masks[0]?.[i] === 0;
      const changes = Array.from(rgb, (_, i) => (uncovered(Math.floor(i / 3)) ? change(i) : 0));
      expect(Math.max(...changes)).toBeLessThan(2); // 1: masks round
    }
  }
});

test('the moments between lie evenly on the way', () => {
  const clip = clipThat('moves to the right');
  const xs = [0, 0.25, 0.5, 1].map((time) => stageAt(clip, time).actors[0]?.x ?? 0);
  const [x0 = 0, quarter = 0, half = 0, x1 = 0] = xs;
  expect([x0, x1]).toEqual([clip.start.x, clip.end.x]);
  expect(quarter - x0).toBeCloseTo((x1 - x0) / 4);
  expect(half - x0).toBeCloseTo((x1 - x0) / 2);
});

test('each language has a name of its own for each motion, and places for actor and motion', () => {
  for (const language of languages) {
    const { motions: names, told, introduced } = motionPhrases[language];
    expect(Object.keys(names)).toEqual([...motions]);
    expect(new Set(Object.values(names)).size).toBe(8);
    for (const name of Object.values(names)) expect(name).toMatch(/^[^{}]{2,}$/);
    for (const form of told) expect(form.match(/\{[ab]\}/g)?.sort()).toEqual(['{a}', '{b}']);
    for (const form of introduced) expect(form.split('{}')).toHaveLength(2);
    expect(introduced[0]).toBe('{}');
  }
});

test('captions tell actor and motion in nine languages, eight different ones in each', () => {
  for (let seed = 0; seed < 40; seed++) {
    const clip = makeClip(seed, { concepts: everyday, styles });
    for (const language of languages) {
      const captions = clipCaptions(clip, language, 8, createRandom(seed));
      expect(new Set(captions).size).toBe(8);
      for (const caption of captions) {
        expect(caption).toContain(clip.start.concept.names[language]);
        expect(caption).toContain(motionPhrases[language].motions[clip.motion]);
        expect(caption).not.toMatch(/[{}]/);
      }
    }
  }
  const [dog] = everyday;
  const falling = { ...clipThat('falls'), start: { ...clipThat('falls').start, concept: dog as Concept } };
  expect(clipCaptions(falling, 'en', 8, createRandom(1)).sort()).toEqual([
    'animation: dog falling',
    'animation: falling: dog',
    'clip: dog falling',
    'clip: falling: dog',
    'dog falling',
    'falling: dog',
    'video: dog falling',
    'video: falling: dog',
  ]);
});

test('too few frames, no concept and a missing icon are refused', () => {
  const clip = makeClip(1, { concepts, styles });
  for (const frames of [1, 2.5])
    expect(() => composeClip(clip, icons, 16, [], frames)).toThrow(
      `expected at least 2 frames, got ${frames}`,
    );
  expect(() => makeClip(1, { concepts: [], styles })).toThrow('expected at least 1 concept for clips, got 0');
  expect(() => composeClip(clip, () => undefined, 16)).toThrow(/expected an icon of .* in twemoji, but none/);
});
