import { beforeAll, describe, expect, test } from 'vitest';

import type { Stage1Config } from '../../src/train/config.js';
import { batchSubjects, imagePhaseAt, stage1Batch } from '../../src/train/stage-1-batch.js';
import { augmentationAt } from '../../src/train/training-pair.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});
/** One set of texts of a batch, decoded: the plain ones, or further ones. */
const textsOf = (config: Stage1Config, step: number, { rank = 0, set = 0 } = {}) => {
  const { texts, size } = stage1Batch(config, tiny.data, step, rank);
  const { ids = new Int32Array(), length = 0 } = texts[set] ?? {};
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
    const two = { ...late, ranks: 2 };
    const all = [...textsOf(two, 0), ...textsOf(two, 0, { rank: 1 })];
    expect(all).toHaveLength(tinyStage1.batchSize);
    expect(new Set(all).size).toBe(all.length);
  });

  test('names concepts in English, later in other languages beside it', () => {
    for (const step of [0, 1, 2]) {
      expect(stage1Batch(late, tiny.data, step, 0).texts).toHaveLength(1);
      for (const text of textsOf(late, step)) expect(english()).toContain(text);
    }
    const several = { ...late, languageShare: 1 };
    expect(stage1Batch(several, tiny.data, 5, 0).texts).toHaveLength(3);
    for (const text of textsOf(several, 5)) expect(english()).toContain(text);
    for (const set of [1, 2]) {
      for (const text of textsOf(several, 5, { set })) expect(english()).not.toContain(text);
    }
  });

  test('has noise in further texts only', () => {
    const noisy = { ...late, languageShare: 0, noiseShare: 1 };
    for (const text of textsOf(noisy, 5)) expect(english()).toContain(text);
    const further = [3, 4, 5].flatMap((step) => textsOf(noisy, step, { set: 1 }));
    expect(further.some((text) => !english().includes(text))).toBe(true);
  });

  test('shows scenes in their share, from their step on', () => {
    const scenes = { ...late, scenesFrom: 0.5, sceneShare: 0.5 };
    const kinds = (step: number) => batchSubjects(scenes, tiny.data, step).map(({ kind }) => kind);
    expect(kinds(2)).toEqual(['icon', 'icon', 'icon', 'icon']);
    expect(kinds(3)).toEqual(['scene', 'scene', 'icon', 'icon']);
    expect(textsOf(scenes, 3).filter((text) => english().includes(text)).length).toBeLessThan(4);
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
