import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';

import { ignoredLabel } from '../../src/text/training-sample.js';
import {
  conceptEmbeddings,
  memorySizes,
  remember,
  rememberedConcepts,
} from '../../src/train/concept-memory.js';
import { contrastiveLoss } from '../../src/train/contrastive-loss.js';
import { memoryContrast } from '../../src/train/memory-contrast.js';
import { batchSubjects, type Subject } from '../../src/train/training-pair.js';
import { seededValues } from '../backend/seeded-values.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

const E = 5;
const scale = () => tf.scalar(Math.log(3));
const rows = (n: number, seed: number) => seededValues([n, E], seed) as tf.Tensor2D;

describe('contrast with a memory', () => {
  test('that holds just the batch is the contrast of the batch', () => {
    const [images, texts] = [rows(3, 1), rows(3, 2)];
    const memory = { images, texts, mask: tf.zeros([3]) as tf.Tensor1D };
    const loss = memoryContrast(images, texts, scale(), memory, [0, 1, 2]).arraySync();
    expect(loss).toBeCloseTo(contrastiveLoss(images, texts, scale()).arraySync(), 6);
  });

  test('compares with remembered embeddings alone, those that are known', () => {
    const [images, texts] = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 1]])];
    const memory = {
      images: tf.tensor2d([
        [0, 2], // cosine with the text: 1, the answer
        [1, 0], // 0
        [0, 1], // masked
      ]),
      texts: tf.tensor2d([
        [5, 0], // cosine with the image: 1, the answer
        [-3, 0], // -1
        [1, 0], // masked
      ]),
      mask: tf.tensor1d([0, 0, -1e9]),
    };
    const [e, s] = [Math.exp, 3];
    const imageToText = -Math.log(e(s) / (e(s) + e(-s)));
    const textToImage = -Math.log(e(s) / (e(s) + e(0)));
    const loss = memoryContrast(images, texts, scale(), memory, [0]).arraySync();
    expect(loss).toBeCloseTo((imageToText + textToImage) / 2, 5);
  });

  test('takes the mean over the rows that have a concept', () => {
    const [images, texts] = [rows(2, 1), rows(2, 2)];
    const memory = { images: rows(4, 3), texts: rows(4, 4), mask: tf.zeros([4]) as tf.Tensor1D };
    const both = memoryContrast(images, texts, scale(), memory, [2, ignoredLabel]).arraySync();
    const first = (x: tf.Tensor2D) => tf.slice(x, [0, 0], [1, E]);
    const one = memoryContrast(first(images), first(texts), scale(), memory, [2]).arraySync();
    expect(both).toBeCloseTo(one, 5);
  });

  test('keeps no tensor', () => {
    const memory = { images: rows(4, 3), texts: rows(4, 4), mask: tf.zeros([4]) as tf.Tensor1D };
    const [images, texts, temperature] = [rows(3, 1), rows(3, 2), scale()];
    expect(() => memoryContrast(images, texts, temperature, memory, [0, 1, 3])).toKeep(1);
  });
});

describe('the memory of concepts', () => {
  let tiny: TinyData;
  beforeAll(async () => {
    tiny = await tinyData();
  });
  const M = 6;
  const empty = () => ({ memory: memorySizes(M, 2).map((size) => new Float32Array(size)) });
  const icons = () => batchSubjects({ ...tinyStage1, scenesFrom: 1 }, tiny.data, 0);
  const places = () => tiny.data.places;
  const placeOf = (subject: Subject | undefined) =>
    subject?.kind === 'icon' ? (places().get(subject.concept.id) ?? -1) : -1;

  test('knows the concepts it has seen, and masks the others', () => {
    const [group, subjects] = [empty(), icons()];
    expect(rememberedConcepts(group, subjects, places())).toEqual(subjects.map(() => ignoredLabel));
    const images = Float32Array.of(3, 4, 0, 2, -5, 0, 1, 0);
    remember(group, subjects, places(), { images, texts: images.map((value) => -value) });
    expect(rememberedConcepts(group, subjects, places())).toEqual(subjects.map(placeOf));
    const { mask, images: known, texts } = conceptEmbeddings(group);
    expect((mask.arraySync() as number[]).filter((value) => value === 0)).toHaveLength(4);
    const row = (x: tf.Tensor, i: number) => (x.arraySync() as number[][])[placeOf(subjects[i])];
    [0.6, 0.8].forEach((value, i) => {
      expect(row(known as tf.Tensor, 0)?.[i]).toBeCloseTo(value, 6);
      expect(row(texts as tf.Tensor, 0)?.[i]).toBeCloseTo(-value, 6);
    });
  });

  test('averages a concept over its pictures, and keeps the last text', () => {
    const [group, [subject]] = [empty(), icons()];
    if (!subject) throw new RangeError('expected a subject');
    const see = (...image: number[]) =>
      remember(group, [subject], places(), {
        images: Float32Array.from(image),
        texts: Float32Array.from(image),
      });
    see(1, 0);
    see(0, 1);
    const at = 2 * placeOf(subject);
    const [images, texts] = group.memory;
    expect((images?.[at] ?? 0) / (images?.[at + 1] ?? 0)).toBeCloseTo(7 / 3, 5);
    expect(Math.hypot(images?.[at] ?? 0, images?.[at + 1] ?? 0)).toBeCloseTo(1, 6);
    expect([texts?.[at], texts?.[at + 1]]).toEqual([0, 1]);
  });

  test('does not remember scenes', () => {
    const subjects = batchSubjects({ ...tinyStage1, scenesFrom: 0, sceneShare: 1 }, tiny.data, 0);
    const group = empty();
    const ones = new Float32Array(2 * subjects.length).fill(1);
    remember(group, subjects, places(), { images: ones, texts: ones });
    expect(group.memory[2]).toEqual(new Float32Array(M));
    expect(rememberedConcepts(group, subjects, places())).toEqual(subjects.map(() => ignoredLabel));
  });
});
