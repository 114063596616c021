import { beforeAll, describe, expect, test } from 'vitest';

import type { Stage1Config } from '../../src/train/config.js';
import { furtherTexts } from '../../src/train/further-texts.js';
import { imagePhaseAt, stage1Batch } from '../../src/train/stage-1-batch.js';
import type { TextGroups } from '../../src/train/text-groups.js';
import { augmentationAt, batchSubjects } from '../../src/train/training-pair.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});
const decoded = ({ groups, places }: TextGroups) => {
  const texts = groups.flatMap(({ ids, size, length }) =>
    Array.from({ length: size }, (_, i) =>
      tiny.data.tokenizer.decode([...ids.subarray(i * length, (i + 1) * length)].filter((id) => id > 0)),
    ),
  );
  return [...places].map((place) => texts[place] ?? '');
};
const textsOf = (config: Stage1Config, step: number, rank = 0) =>
  decoded(stage1Batch(config, tiny.data, step, rank).texts);
const english = () => tiny.data.concepts.map(({ names }) => `summarize:${names.en}`);
const late = { ...tinyStage1, scenesFrom: 1, noiseShare: 0, keywordShare: 0, templateShare: 0 };

describe('a batch', () => {
  test('depends on seed, step and rank alone', () => {
    const batch = stage1Batch(tinyStage1, tiny.data, 3, 0);
    expect(stage1Batch(tinyStage1, tiny.data, 3, 0)).toEqual(batch);
    expect(stage1Batch(tinyStage1, tiny.data, 4, 0).pixels).not.toEqual(batch.pixels);
    expect(stage1Batch({ ...tinyStage1, seed: 8 }, tiny.data, 3, 0).pixels).not.toEqual(batch.pixels);
  });

  test('shows each concept once, over all ranks, with its plain name', () => {
    const two = { ...late, ranks: 2 };
    for (const step of [0, 5]) {
      const all = [...textsOf(two, step), ...textsOf(two, step, 1)];
      expect(all).toHaveLength(tinyStage1.batchSize);
      expect(new Set(all).size).toBe(all.length);
      for (const text of all) expect(english()).toContain(text);
    }
  });

  test('shows scenes in their share, from their step on', () => {
    const scenes = { ...late, scenesFrom: 0.5, sceneShare: 0.5 };
    const kinds = (step: number) => batchSubjects(scenes, tiny.data, step).map(({ kind }) => kind);
    expect(kinds(2)).toEqual(['icon', 'icon', 'icon', 'icon']);
    expect(kinds(3)).toEqual(['scene', 'icon', 'scene', 'icon']);
    expect(textsOf(scenes, 3).filter((text) => english().includes(text)).length).toBeLessThan(4);
  });

  test('tells scenes in other languages in their own share', () => {
    const scenes = { ...late, scenesFrom: 0, sceneShare: 1 };
    const told = (sceneLanguageShare: number) =>
      [3, 4, 5].flatMap((step) => textsOf({ ...scenes, sceneLanguageShare }, step));
    const isEnglish = (text: string) => /^summarize:[ -~]+$/.test(text);
    expect(told(0).every(isEnglish)).toBe(true);
    expect(told(1).filter(isEnglish).length).toBeLessThan(9);
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
    expect([at(0).small, at(50).small]).toEqual([0, tinyStage1.smallShare]);
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

describe('further texts', () => {
  const further = { ...late, furtherTexts: 40 };
  const at = (config: Stage1Config, step = 5, rank = 0) => furtherTexts(config, tiny.data, step, rank);

  test('come with the languages, an even share for each rank', () => {
    expect(at(further, 2)).toBeUndefined();
    expect(at({ ...further, furtherTexts: 0 })).toBeUndefined();
    expect(at({ ...further, ranks: 2 })?.places.length).toBe(20);
    expect(at({ ...further, ranks: 2 }, 5, 1)).not.toEqual(at({ ...further, ranks: 2 }));
    expect(at(further)).toEqual(at(further));
  });

  test('name their concepts, in English or in other languages', () => {
    const texts = (config: Stage1Config) => {
      const rows = at(config);
      return rows ? decoded(rows).map((text, i) => ({ text, place: rows.concepts[i] ?? -1 })) : [];
    };
    expect(texts({ ...further, languageShare: 0 })).toHaveLength(40);
    for (const { text, place } of texts({ ...further, languageShare: 0 }))
      expect(text).toBe(english()[place]);
    for (const { text, place } of texts({ ...further, languageShare: 1 })) {
      const { en, ...others } = tiny.data.concepts[place]?.names ?? { en: '' };
      expect(Object.values(others).map((name) => `summarize:${name}`)).toContain(text);
    }
  });

  test('are noisy in their share', () => {
    const noisy = at({ ...further, languageShare: 0, noiseShare: 1 });
    const right = noisy
      ? decoded(noisy).filter((text, i) => text === english()[noisy.concepts[i] ?? -1])
      : [];
    expect(right.length).toBeLessThan(10);
  });
});
