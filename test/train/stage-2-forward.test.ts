/** Several tasks in one pass of QLLaMA are as many passes, and padding is nothing. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { contrastiveMask, generationMask, matchingMask } from '../../src/qllama/masks.js';
import type { PaddedText } from '../../src/text/training-sample.js';
import { textEmbeddings } from '../../src/train/contrastive-forward.js';
import { contrastiveEmbeddings, realLength, type Task, taskStates } from '../../src/train/stage-2-forward.js';
import type { TrainableInternVLG } from '../../src/train/trainable.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { padded, tinyConfig, tinyImage, tinyTrainable } from './tiny-stage-2.js';

// biome-ignore format: one line
const captions = [[1, 20, 21, 22, 2], [1, 23, 2], [1, 25, 26, 2]];
const texts = captions.map((ids) => padded(ids, 7));

let tiny: TrainableInternVLG;
let image: tf.Tensor;
beforeAll(async () => {
  tiny = await tinyTrainable();
  image = tinyImage(tiny);
});

const statesOf = (tasks: readonly Task[]) => taskStates(tinyConfig, tiny, image, tasks);

test('tasks in one pass have the states of each alone', () => {
  const shifted = [...captions.slice(1), [1, 2]].map((ids) => padded(ids, 7));
  const tasks = [
    { texts, mask: matchingMask },
    { texts: shifted, mask: contrastiveMask },
    { texts, mask: generationMask },
  ];
  const together = statesOf(tasks);
  expect(together).toHaveLength(3);
  tasks.forEach((task, i) => {
    const [alone] = statesOf([task]);
    expect(relativeL2(together[i]?.queries ?? image, alone?.queries ?? [])).toBeLessThan(1e-6);
    const T = alone?.text.shape[1] ?? 0;
    const text = tf.slice(together[i]?.text ?? image, [0, 0, 0], [-1, T, -1]);
    expect(relativeL2(text, alone?.text ?? [])).toBeLessThan(1e-6);
  });
});

test.each([
  ['more padding', (ids: number[]) => padded(ids, 11)],
  ['padding with another id', (ids: number[]) => padded(ids, 7, 29)],
  ['no padding', (ids: number[]) => padded(ids)],
])('%s changes nothing', (_, otherwise) => {
  const other = captions.map(otherwise);
  for (const mask of [matchingMask, contrastiveMask, generationMask]) {
    const [a, b] = statesOf([
      { texts, mask },
      { texts: other, mask },
    ]);
    expect(relativeL2(a?.queries ?? image, b?.queries ?? [])).toBeLessThan(1e-6);
  }
});

test('matching queries see the caption, those of the other tasks do not', () => {
  const changed = captions.map((ids) => padded([1, 28, ...ids.slice(2)], 7));
  const differences = [matchingMask, contrastiveMask, generationMask].map((mask) => {
    const [a, b] = statesOf([
      { texts, mask },
      { texts: changed, mask },
    ]);
    return relativeL2(a?.queries ?? image, b?.queries ?? []);
  });
  expect(differences[0]).toBeGreaterThan(1e-3);
  expect(differences[1]).toBeLessThan(1e-6);
  expect(differences[2]).toBeLessThan(1e-6);
});

test('the text embedding behind the queries is that of the text alone', () => {
  const [states] = statesOf([{ texts, mask: contrastiveMask }]);
  if (!states) throw new Error('expected states');
  const behind = contrastiveEmbeddings(tinyConfig, tiny.model, states, texts);
  const ids = tf.tensor2d(
    texts.map((text) => [...text.ids]),
    [3, 7],
    'int32',
  );
  expect(relativeL2(behind.texts, textEmbeddings(tinyConfig, tiny, ids))).toBeLessThan(2e-6);
  expect(behind.images.shape).toEqual([3, tinyConfig.clipEmbedDim]);
});

test('a task with another number of texts is refused, and padding that is not on the right', () => {
  expect(() => statesOf([{ texts: texts.slice(1), mask: matchingMask }])).toThrow(
    'expected a text for each of 3 images, got 2',
  );
  const left: PaddedText = { ids: [0, 1, 2], mask: [0, 1, 1] };
  expect(() => statesOf([{ texts: [left, left, left], mask: matchingMask }])).toThrow(
    'expected tokens and padding on their right, got the mask 011',
  );
  expect(() => realLength({ ids: [0, 0], mask: [0, 0] })).toThrow('got the mask 00');
  expect(realLength({ ids: [1, 5, 2, 0], mask: [1, 1, 1, 0] })).toBe(3);
});

test('keeps the states alone', () => {
  const tasks = [
    { texts, mask: matchingMask },
    { texts, mask: generationMask },
  ];
  expect(() => statesOf(tasks)).toKeep(4);
});
