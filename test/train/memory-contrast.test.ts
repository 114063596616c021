import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { memoryNegatives, memorySizes, remember } from '../../src/train/concept-memory.js';
import { contrastiveLoss } from '../../src/train/contrastive-loss.js';
import { memoryContrast } from '../../src/train/memory-contrast.js';
import { batchSubjects } from '../../src/train/stage-1-batch.js';
import { seededValues } from '../backend/seeded-values.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

const E = 5;
const scale = () => tf.scalar(Math.log(3));
const rows = (n: number, seed: number) => seededValues([n, E], seed) as tf.Tensor2D;
const never = -1e9;

describe('contrast with a memory', () => {
  test('of masked concepts alone is the contrast of the batch', () => {
    const [images, texts] = [rows(3, 1), rows(3, 2)];
    const memory = { images: rows(4, 3), texts: rows(4, 4), mask: tf.fill([3, 4], never) as tf.Tensor2D };
    const loss = memoryContrast(images, texts, scale(), memory).arraySync();
    expect(loss).toBeCloseTo(contrastiveLoss(images, texts, scale()).arraySync(), 6);
  });

  test('adds one term to the sum under each logarithm for each concept that is no answer', () => {
    const [images, texts] = [tf.tensor2d([[1, 0]]), tf.tensor2d([[1, 0]])];
    const memory = {
      images: tf.tensor2d([[0, 2]]), // cosine 0
      texts: tf.tensor2d([[-3, 0]]), // cosine -1
      mask: tf.tensor2d([[0]]),
    };
    const [e, s] = [Math.exp, 3];
    const imageToText = -Math.log(e(s) / (e(s) + e(-s)));
    const textToImage = -Math.log(e(s) / (e(s) + e(0)));
    const loss = memoryContrast(images, texts, scale(), memory).arraySync();
    expect(loss).toBeCloseTo((imageToText + textToImage) / 2, 5);
  });

  test('keeps no tensor', () => {
    const memory = { images: rows(4, 3), texts: rows(4, 4), mask: tf.zeros([3, 4]) as tf.Tensor2D };
    const [images, texts, temperature] = [rows(3, 1), rows(3, 2), scale()];
    expect(() => memoryContrast(images, texts, temperature, memory)).toKeep(1);
  });
});

describe('the memory of concepts', () => {
  let tiny: TinyData;
  beforeAll(async () => {
    tiny = await tinyData();
  });
  const M = 6;
  const empty = () => ({ memory: memorySizes(M, 2).map((size) => new Float32Array(size)) });

  test('masks what was not seen, and what a row shows', () => {
    const { data } = tiny;
    const subjects = batchSubjects({ ...tinyStage1, scenesFrom: 1 }, data, 0);
    const group = empty();
    const images = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const texts = images.map((value) => -value);
    remember(group, subjects, data.places, { images, texts });
    const negatives = memoryNegatives(group, subjects, data.places);
    const mask = negatives.mask.arraySync() as number[][];
    const at = (i: number) => {
      const subject = subjects[i];
      return subject?.kind === 'icon' ? (data.places.get(subject.concept.id) ?? -1) : -1;
    };
    subjects.forEach((_, row) => {
      expect(mask[row]?.[at(row)]).toBe(never);
      expect(mask[row]?.filter((value) => value === 0)).toHaveLength(3); // the three others of the batch
      expect((negatives.images.arraySync() as number[][])[at(row)]).toEqual([2 * row + 1, 2 * row + 2]);
      expect((negatives.texts.arraySync() as number[][])[at(row)]).toEqual([-2 * row - 1, -2 * row - 2]);
    });
  });

  test('does not remember scenes, and masks their actors', () => {
    const { data } = tiny;
    const subjects = batchSubjects({ ...tinyStage1, scenesFrom: 0, sceneShare: 1 }, data, 0);
    const group = empty();
    const rowsOf = new Float32Array(2 * subjects.length).fill(1);
    remember(group, subjects, data.places, { images: rowsOf, texts: rowsOf });
    expect(group.memory[2]).toEqual(new Float32Array(M));
    group.memory[2]?.fill(1);
    const mask = memoryNegatives(group, subjects, data.places).mask.arraySync() as number[][];
    subjects.forEach((subject, row) => {
      const actors = subject.kind === 'scene' ? subject.scene.actors.map(({ concept }) => concept.id) : [];
      expect(actors.length).toBeGreaterThan(0);
      const masked = [...data.places].filter(([, place]) => mask[row]?.[place] === never).map(([id]) => id);
      expect(masked.sort()).toEqual([...new Set(actors)].sort());
    });
  });
});
