import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import type { TrainingSample } from '../../src/text/training-sample.js';
import type { Stage2Config } from '../../src/train/config.js';
import { frozenStates } from '../../src/train/frozen-states.js';
import { initialValues } from '../../src/train/initial-values.js';
import { pictureStep, stage2Batch, stage2Pixels, stage2Subjects } from '../../src/train/stage-2-batch.js';
import { trainableInternVLG } from '../../src/train/trainable.js';
import { type TinyData, tinyData, tinyStage2 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});

const rounds = { ...tinyStage2, pictureRounds: 3, keptSteps: 2 };
const samplesAt = (config: Stage2Config, step: number, rank = 0) =>
  stage2Batch(config, tiny.data, { step, rank }).samples;
const tinyModel = () =>
  trainableInternVLG(initialValues({ seed: 3, layerScale: 0.5, scale: 5 }), rounds.model);
const read = ({ ids, mask }: TrainingSample['positive']) =>
  tiny.data.tokenizer.decode(ids.filter((_, i) => mask[i] === 1));
const isEnglish = (text: string) => /^[ -~]+$/.test(text);

describe('pictures', () => {
  test('of some steps come in rounds', () => {
    const shown = Array.from({ length: 14 }, (_, step) => pictureStep(rounds, step));
    expect(shown).toEqual([0, 1, 0, 1, 0, 1, 6, 7, 6, 7, 6, 7, 12, 13]);
    expect(pictureStep({ keptSteps: 64, pictureRounds: 1 }, 77)).toBe(77);
  });

  test('are the same in each round, told anew', () => {
    const at = (step: number) => stage2Pixels(rounds, tiny.data, { step, rank: 0 });
    expect(at(2)).toEqual(at(0));
    expect(stage2Subjects(rounds, tiny.data, 2)).toEqual(stage2Subjects(rounds, tiny.data, 0));
    expect(at(1)).not.toEqual(at(0));
    expect(samplesAt(rounds, 2)).not.toEqual(samplesAt(rounds, 0));
    expect(samplesAt(rounds, 2)).toEqual(samplesAt(rounds, 2));
  });

  test('are read once by InternViT, and kept until their last round', async () => {
    const states = frozenStates(rounds, await tinyModel());
    const at = (step: number) => states(tiny.data, step, 0);
    const first = at(0);
    expect(first.shape).toEqual([4, 5, 16]);
    expect(await at(2).data()).toEqual(await first.data());
    expect(await at(1).data()).not.toEqual(await first.data());
    expect(() => at(4)).toKeep(1);
    const again = frozenStates(rounds, await tinyModel());
    expect(await again(tiny.data, 4, 0).data()).toEqual(await first.data()); // a run resumed in the last round
    expect(await at(6).data()).not.toEqual(await first.data());
    tf.dispose(first);
  });
});

describe('captions', () => {
  const icons = { ...tinyStage2, sceneShare: 0, templateShare: 0 };
  const names = () => tiny.data.concepts.map(({ names: { en } }) => en);

  test('of icons are plain names, the other one that of another', () => {
    for (const { positive, negative, generate } of samplesAt(icons, 4)) {
      expect(names()).toContain(read(positive));
      expect(names()).toContain(read(negative));
      expect(read(negative)).not.toBe(read(positive));
      expect(read(generate)).toBe(`English caption: ${read(positive)}`);
    }
  });

  test('of scenes are written in English, and compared in other languages in their share', () => {
    const scenes = { ...tinyStage2, sceneShare: 1, sceneLanguageShare: 1 };
    const samples = [3, 4, 5].flatMap((step) => samplesAt(scenes, step));
    expect(samples.map(({ generate }) => read(generate)).every(isEnglish)).toBe(true);
    const compared = samples.flatMap(({ positive, negative }) => [read(positive), read(negative)]);
    expect(compared.filter(isEnglish).length).toBeLessThan(compared.length);
  });

  test('of scenes are wrong in one thing for a share of them', () => {
    const scenes = { ...tinyStage2, sceneShare: 1, sceneLanguageShare: 0 };
    const actorsKept = (nearMissShare: number) => {
      const config = { ...scenes, nearMissShare };
      const rows = [3, 4, 5, 6].flatMap((step) => {
        const { subjects, samples } = stage2Batch(config, tiny.data, { step, rank: 0 });
        return samples.map(({ negative }, i) => ({ told: read(negative), subject: subjects[i] }));
      });
      const kept = rows.filter(({ told, subject }) => {
        if (subject?.kind !== 'scene') return false;
        return subject.scene.actors.some(({ concept }) => told.includes(concept.names.en));
      });
      return kept.length / rows.length;
    };
    expect(actorsKept(1)).toBeGreaterThan(0.7); // a single actor may be another one
    expect(actorsKept(0)).toBeLessThan(actorsKept(1));
  });
});
