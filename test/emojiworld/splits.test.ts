import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';

import { makeClip } from '../../src/emojiworld/clip.js';
import { type Concept, everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { trainingStyles } from '../../src/emojiworld/icons.js';
import { makeScene, type SceneOptions } from '../../src/emojiworld/scene.js';
import {
  castOf,
  clipSeeds,
  clipSplit,
  isNovelConcept,
  sceneSeeds,
  sceneSplit,
} from '../../src/emojiworld/splits.js';

let everyday: readonly Concept[];
let options: SceneOptions;
beforeAll(async () => {
  everyday = everydayConcepts(await loadConcepts());
  options = { concepts: everyday, styles: trainingStyles };
});

const kinds = [
  {
    kind: 'scene',
    seeds: sceneSeeds,
    split: sceneSplit,
    cast: (seed: number) => makeScene(seed, options).actors.map(({ concept }) => concept.id),
  },
  {
    kind: 'clip',
    seeds: clipSeeds,
    split: clipSplit,
    cast: (seed: number) => [makeClip(seed, options).start.concept.id],
  },
];

test.each(kinds)(
  'whatever the seed, a $kind of the train split shows no novel concept',
  ({ split, cast }) => {
    let held = 0;
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        if (split(seed) === 'train') expect(cast(seed).some(isNovelConcept)).toBe(false);
        else held += cast(seed).some(isNovelConcept) ? 1 : 0;
      }),
      { numRuns: 3000, seed: 1 },
    );
    expect(held).toBeGreaterThan(10); // and evaluation does show them
  },
);

test.each(kinds)('wherever one starts, no seed of a $kind trains and evaluates', ({ seeds }) => {
  fc.assert(
    fc.property(fc.nat(1_000_000), (start) => {
      const train = new Set(seeds('train', 300, start));
      const held = [...seeds('validation', 20, start), ...seeds('test', 20, start)];
      expect(held.filter((seed) => train.has(seed))).toEqual([]);
      expect(new Set(held).size).toBe(40);
    }),
    { numRuns: 30, seed: 1 },
  );
});

test.each(kinds)('of 20,000 seeds of a $kind 90 % train, 5 % validate and 5 % test', ({ split }) => {
  const counts = { train: 0, validation: 0, test: 0 };
  for (let seed = 0; seed < 20_000; seed++) counts[split(seed)]++;
  expect(Math.abs(counts.train - 18_000)).toBeLessThan(200);
  expect(Math.abs(counts.validation - 1000)).toBeLessThan(150);
  expect(Math.abs(counts.test - 1000)).toBeLessThan(150);
});

test('the first seeds of a split are those that have it, and scenes and clips are split apart', () => {
  expect(sceneSeeds('test', 3)).toEqual(
    [...Array(200).keys()].filter((s) => sceneSplit(s) === 'test').slice(0, 3),
  );
  expect(sceneSeeds('test', 50)).not.toEqual(clipSeeds('test', 50));
});

test('a tenth of the everyday concepts is novel, and only training goes without them', () => {
  const novel = everyday.filter(({ id }) => isNovelConcept(id));
  expect(novel.length).toBeGreaterThan(12);
  expect(novel.length).toBeLessThan(36);
  expect(castOf('train', everyday)).toHaveLength(240 - novel.length);
  for (const split of ['validation', 'test'] as const) expect(castOf(split, everyday)).toEqual(everyday);
});
