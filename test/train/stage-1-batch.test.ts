import { beforeAll, describe, expect, test } from 'vitest';

import { augmentationAt, stage1Batch } from '../../src/train/stage-1-batch.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});
const texts = (step: number, rank: number, ranks = 1) => {
  const { ids, size, length } = stage1Batch({ ...tinyStage1, ranks }, tiny.data, step, rank);
  const row = (i: number) => [...ids.subarray(i * length, (i + 1) * length)].filter((id) => id > 0);
  return Array.from({ length: size }, (_, i) => tiny.data.tokenizer.decode(row(i)));
};
const english = () => tiny.data.concepts.map(({ names }) => `summarize:${names.en}`);

describe('a batch', () => {
  test('depends on seed, step and rank alone', () => {
    const batch = stage1Batch(tinyStage1, tiny.data, 3, 0);
    expect(stage1Batch(tinyStage1, tiny.data, 3, 0)).toEqual(batch);
    expect(stage1Batch(tinyStage1, tiny.data, 4, 0).pixels).not.toEqual(batch.pixels);
    expect(stage1Batch({ ...tinyStage1, seed: 8 }, tiny.data, 3, 0).pixels).not.toEqual(batch.pixels);
  });

  test('shows each concept once, over all ranks', () => {
    const all = [...texts(0, 0, 2), ...texts(0, 1, 2)];
    expect(all).toHaveLength(tinyStage1.batchSize);
    expect(new Set(all).size).toBe(all.length);
  });

  test('names concepts in English first, in other languages later', () => {
    for (const step of [0, 1, 2]) for (const text of texts(step, 0)) expect(english()).toContain(text);
    const late = { ...tinyStage1, languageShare: 1, templateShare: 0 };
    const names = stage1Batch(late, tiny.data, 5, 0);
    expect(names.length).toBeGreaterThan(0);
    const { ids, length, size } = names;
    const decoded = Array.from({ length: size }, (_, i) =>
      tiny.data.tokenizer.decode([...ids.subarray(i * length, (i + 1) * length)].filter((id) => id > 0)),
    );
    for (const text of decoded) expect(english()).not.toContain(text);
  });

  test('begins with moderate pictures and brings other styles in', () => {
    const at = (step: number) => augmentationAt({ ...tinyStage1, steps: 100, styleRamp: 0.5 }, step);
    expect(at(0)).toMatchObject({ rotation: 10, style: 0 });
    expect(at(25).style).toBeCloseTo(tinyStage1.styleShare / 2);
    expect(at(50)).toMatchObject({ rotation: 14, style: tinyStage1.styleShare });
  });

  test('needs as many concepts as it has pairs', () => {
    expect(() => stage1Batch({ ...tinyStage1, batchSize: 8 }, tiny.data, 0, 0)).toThrow(
      'expected at least 8 concepts, got 6',
    );
  });
});
