import { beforeAll, describe, expect, test } from 'vitest';

import { imagePhaseAt, stage1Batch } from '../../src/train/stage-1-batch.js';
import { augmentationAt } from '../../src/train/training-pair.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});
const textsOf = (config: typeof tinyStage1, step: number, rank: number) => {
  const { ids, size, length } = stage1Batch(config, tiny.data, step, rank);
  const row = (i: number) => [...ids.subarray(i * length, (i + 1) * length)].filter((id) => id > 0);
  return Array.from({ length: size }, (_, i) => tiny.data.tokenizer.decode(row(i)));
};
const english = () => tiny.data.concepts.map(({ names }) => `summarize:${names.en}`);
const late = { ...tinyStage1, scenesFrom: 1, noiseShare: 0, keywordShare: 0, templateShare: 0 };

describe('a batch', () => {
  test('depends on seed, step and rank alone', () => {
    const batch = stage1Batch(tinyStage1, tiny.data, 3, 0);
    expect(stage1Batch(tinyStage1, tiny.data, 3, 0)).toEqual(batch);
    expect(stage1Batch(tinyStage1, tiny.data, 4, 0).pixels).not.toEqual(batch.pixels);
    expect(stage1Batch({ ...tinyStage1, seed: 8 }, tiny.data, 3, 0).pixels).not.toEqual(batch.pixels);
  });

  test('shows each concept once, over all ranks', () => {
    const two = { ...tinyStage1, ranks: 2 };
    const all = [...textsOf(two, 0, 0), ...textsOf(two, 0, 1)];
    expect(all).toHaveLength(tinyStage1.batchSize);
    expect(new Set(all).size).toBe(all.length);
  });

  test('names concepts in English first, in other languages later', () => {
    for (const step of [0, 1, 2])
      for (const text of textsOf(late, step, 0)) expect(english()).toContain(text);
    for (const text of textsOf({ ...late, languageShare: 1 }, 5, 0)) expect(english()).not.toContain(text);
  });

  test('has clean texts first, noisy ones later', () => {
    const noisy = { ...late, languageShare: 0, noiseShare: 1 };
    for (const text of textsOf(noisy, 2, 0)) expect(english()).toContain(text);
    const texts = [3, 4, 5].flatMap((step) => textsOf(noisy, step, 0));
    expect(texts.some((text) => !english().includes(text))).toBe(true);
  });

  test('shows neighbours in Unicode where it is told to, from when languages come', () => {
    const neighbours = { ...late, languageShare: 0, neighbourShare: 1, batchSize: 2 };
    const places = (step: number) =>
      textsOf(neighbours, step, 0)
        .map((text) => english().indexOf(text))
        .sort();
    for (const step of [3, 4, 5]) {
      const [first = 0, second = 0] = places(step);
      expect(second - first).toBe(1);
    }
  });

  test('shows scenes in their share, from their step on', () => {
    const scenes = { ...late, languageShare: 0, scenesFrom: 0.5, sceneShare: 0.5 };
    const named = (step: number) =>
      textsOf(scenes, step, 0).filter((text) => english().includes(text)).length;
    expect(named(2)).toBe(4);
    expect(named(3)).toBeLessThan(4);
  });

  test('has the size of picture of its phase', () => {
    expect(stage1Batch(tinyStage1, tiny.data, 2, 0)).toMatchObject({ side: 8, size: 4 });
    const { pixels, side } = stage1Batch(tinyStage1, tiny.data, 3, 0);
    expect([side, pixels.length]).toEqual([12, 4 * 12 * 12 * 3]);
    expect(() => imagePhaseAt({ ...tinyStage1, imagePhases: [] }, 0)).toThrow('expected one for step 0 of 6');
  });

  test('begins with moderate pictures and brings other styles in', () => {
    const at = (step: number) => augmentationAt({ ...tinyStage1, steps: 100, styleRamp: 0.5 }, step);
    expect(at(0)).toMatchObject({ rotation: 10, style: 0, bend: 0 });
    expect(at(25).style).toBeCloseTo(tinyStage1.styleShare / 2);
    expect(at(50)).toMatchObject({ rotation: 14, style: tinyStage1.styleShare, bend: 1 });
    expect(augmentationAt({ ...tinyStage1, styleRamp: 0 }, 0)).toMatchObject({
      style: tinyStage1.styleShare,
    });
  });

  test('needs as many concepts as it has pairs', () => {
    expect(() => stage1Batch({ ...tinyStage1, batchSize: 8 }, tiny.data, 0, 0)).toThrow(
      'expected at least 8 concepts, got 6',
    );
  });
});
